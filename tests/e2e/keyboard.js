'use strict';
/* The first hour by the keyboard alone, at a desk and on a telephone's screen (360 px): no click, no address typed,
   from signing in to the 第1報, by two people.  What cannot be reached by Tab cannot be done. */
const assert = require('assert');
const { test, note, end, run } = require('./tap');
const { Office, scenarioOf } = require('./office');
const { Person, launch } = require('./person');

const focused = (page, selector) => page.evaluate((s) => Boolean(document.activeElement && document.activeElement.matches(s)), selector);

/* Items of 報告様式1 by their place in each of its parts; those still looked into say so. */
const LOOKED_INTO = null;
const REPORT = [
  [[1, 'マルウェア等の感染'], [2, '令和8年11月20日（金）16時50分頃'], [3, '本庁1階 市民課（PC-114）'], [4, '共有フォルダのファイルが暗号化された。']],
  [[1, '庁内ファイル共有が使えない。'], [2, LOOKED_INTO], [3, LOOKED_INTO], [4, 'インシデントに該当する。']],
  [[1, '端末を切り離し済み。']],
];

/* Keys and characters by the width of the screen, until the draft stands; not to grow unseen (docs/look.md). */
const MOST = { 1280: 1160, 360: 1070 };

class Typist {
  constructor(person) { this.person = person; this.page = person.page; }

  /* Forwards, and once around, as somebody does who looks for it. */
  async to(selector) {
    if (await focused(this.page, selector)) return;
    await this.person.tabTo(selector, 400);
  }

  async key(...keys) { for (const key of keys) await this.person.press(key); }

  async follow(selector) {
    await this.to(selector);
    await Promise.all([this.page.waitForNavigation(), this.key('Enter')]);
  }

  async write(selector, text) {
    await this.to(selector);
    await this.key('Control+A');
    await this.person.keys(text);
    assert.equal(await this.page.inputValue(selector), text);
  }

  /* A choice: of a list by the arrow, of radio buttons too. */
  async choose(name, value) {
    const selector = `main form [name="${name}"]`;
    const kind = await this.page.locator(selector).first().evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type));
    if (kind === 'select') {
      await this.to(`select[name="${name}"]`);
      const steps = await this.page.evaluate(([s, v]) => {
        const box = document.querySelector(s);
        return Array.from(box.options).findIndex((o) => o.value === v || o.label.trim() === v) - box.selectedIndex;
      }, [selector, value]);
      for (let i = 0; i < Math.abs(steps); i++) await this.key(steps > 0 ? 'ArrowDown' : 'ArrowUp');
      return;
    }
    if (kind === 'checkbox') {
      await this.to(`input[name="${name}"][value="${value}"]`);
      await this.key('Space');
      return;
    }
    await this.to(`input[type=radio][name="${name}"]`);
    if (!await this.page.locator(`${selector}:checked`).count()) await this.key('Space');
    for (let i = 0; i < 20 && !await this.page.locator(`${selector}[value="${value}"]:checked`).count(); i++) await this.key('ArrowDown');
    assert(await this.page.locator(`${selector}[value="${value}"]:checked`).count(), `${name} cannot be set to ${value} by keys`);
  }

  /* Advice is taken note of once; a proof of identity is given where the page says. */
  async send() {
    for (let round = 0; round < 3; round++) {
      await this.follow('main form button.primary');
      if (!/\/do\/|\/new$/.test(new URL(this.page.url()).pathname)) return;
      if (await this.page.locator('.refusal a[href^="/prove"]').count()) { await this.prove(); continue; }
      assert(await this.page.locator('.advice').count(), await this.page.locator('main').innerText());
    }
    assert.fail('the form never ends');
  }

  async prove() {
    await this.to('.refusal a[href^="/prove"]');
    const [tab] = await Promise.all([this.person.context.waitForEvent('page'), this.key('Enter')]);
    await tab.waitForSelector('#password');
    for (let i = 0; i < 80 && !await focused(tab, '#password'); i++) await tab.keyboard.press('Tab');
    await tab.keyboard.type(this.person.chosen);
    await tab.keyboard.press('Enter');
    await tab.waitForSelector('.said');
    await tab.close();
  }

  /* From wherever one is, through the case's own page and its list of acts. */
  async act(act) {
    await this.follow(`main a[href$="/acts"]`);
    await this.follow(`main a[href$="/do/${act}"]`);
  }
}

async function enter(typist, office, name) {
  const { person, page } = typist;
  const once = office.password(name);
  person.chosen = `ながい合言葉 ${Math.random().toString(36).slice(2)} 番号7351`;
  await page.goto(`${office.url}/`);
  await typist.write('#name', name);
  await typist.write('#password', once);
  await Promise.all([page.waitForNavigation(), typist.key('Enter')]);
  await typist.write('#present', once);
  await typist.write('#wanted', person.chosen);
  await typist.write('#again', person.chosen);
  await Promise.all([page.waitForNavigation(), typist.key('Enter')]);
  await page.waitForSelector('.nav');
}

async function hour(browser, width, alarms) {
  const office = await Office.open(scenarioOf('minami.yaml'), '2026-11-20T17:00');
  const person = await Person.come(browser, office, '佐藤健', alarms, { viewport: { width, height: 780 } });
  const typist = new Typist(person);
  const { page } = typist;
  const at = (name, work) => test(`${width} px: ${name}`, work);

  await at('signing in', () => enter(typist, office, '佐藤健'));
  await at('from the call to a case', async () => {
    await office.clock('2026-11-20T17:08');
    await typist.follow('a[href="/new"]');
    await typist.write('#f-subject', '端末のファイル名が書き換えられている');
    await typist.write('#f-text', '窓口端末で、共有フォルダのファイル名が次々に変わることに職員が気付いた。');
    await typist.choose('channel', 'telephone');
    await typist.choose('via', 'manager');
    await typist.write('#f-sender', '山本真理');
    await typist.send();
    assert.match(page.url(), /\/cases\/1/);
  });
  await at('a line of the record', async () => {
    await typist.write('#quick-text', '17:05 電源を切らずに抜線するよう依頼した');
    await Promise.all([page.waitForNavigation(), typist.key('Enter')]);
    assert.match(await page.locator('#lines').innerText(), /抜線するよう依頼した/);
  });
  await at('a fact', async () => {
    await typist.act('triage.state');
    await typist.choose('kind', 'fact');
    await typist.write('[name="subject"]', '異常の検知');
    await typist.write('[name="text"]', '共有フォルダのファイル名が変わっている。');
    await typist.send();
  });
  await at('a host, and its containment', async () => {
    await typist.act('triage.mark_host');
    await typist.write('[name="name"]', 'PC-114');
    await typist.choose('kind', 'client');
    await typist.choose('state', 'suspected');
    await typist.write('[name="reason"]', '異常に気付いた端末');
    await typist.send();
    await typist.act('response.contain_host');
    await typist.choose('host', 'h1');
    await typist.write('[name="method"]', 'LANケーブルを抜いた');
    await typist.send();
  });
  await at('class, judgement, priority', async () => {
    await typist.act('triage.classify');
    await typist.choose('classes', 'attack');
    await typist.choose('certainty', 'occurred');
    await typist.write('[name="reason"]', '不正なプログラムの特徴がある。');
    await typist.send();
    await typist.act('triage.judge');
    await typist.choose('outcome', 'incident');
    await typist.write('[name="reasons"]', '計画第2の外部からのサイバー攻撃に当たる。');
    await typist.send();
    await typist.act('triage.prioritise');
    await typist.choose('priority', 'high');
    await typist.write('[name="reasons"]', '広がるおそれがある。');
    await typist.send();
    assert.match(await page.locator('#case-head').innerText(), /インシデント/);
  });
  await at('the 第1報 is written', async () => {
    await office.clock('2026-11-20T17:40');
    await typist.act('reporting.draft');
    for (const [i, part] of REPORT.entries()) {
      for (const [place, text] of part)
        if (text === LOOKED_INTO) await typist.choose(`items[${place}].state`, 'investigating');
        else await typist.write(`textarea[name="items[${place}].value"]`, text);
      await typist.follow(i + 1 < REPORT.length ? 'main form button.primary' : 'main form button[value="paper"]');
      assert.equal(await page.locator('.refusal').count(), 0);
    }
    assert.match(await page.locator('#paper').innerText(), /庁内ファイル共有が使えない。[\s\S]*〔調査中〕[\s\S]*端末を切り離し済み。/);
  });
  const head = await Person.come(browser, office, '伊藤正樹', alarms, { viewport: { width, height: 780 } });
  const chief = new Typist(head);
  await at('and issued by who is responsible', async () => {
    await enter(chief, office, '伊藤正樹');
    await chief.follow('a[href="/cases/1"]');
    await chief.act('reporting.issue');
    await chief.choose('form', 'form1');
    await chief.write('[name="addressee"]', '最高情報セキュリティ責任者（CISO）');
    await chief.send();
    assert.match(await head.page.locator('main').innerText(), /報告様式1　第1報/);
    assert.equal(head.count.clicks, 0);
  });
  await head.leave();
  await at('nothing is wider than the screen, and no click was needed', async () => {
    assert((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0);
    assert.equal(person.count.clicks, 0);
    assert.ok(person.count.keys <= MOST[width], `${person.count.keys} keys, at most ${MOST[width]}`);
    return `${person.count.keys} keys`;
  });
  await person.leave();
  await office.close();
}

async function main() {
  const browser = await launch();
  const alarms = [];
  for (const width of [1280, 360]) await hour(browser, width, alarms);
  await test('nothing that must not happen: no report of the content policy, no script error, no dialog, no 5xx', async () => {
    assert.deepEqual(alarms, []);
  });
  note('the keyboard alone, at two widths');
  await browser.close();
  end();
}

run(main);
