'use strict';
/* The first hour: two people, two browsers, one incident; the second sees it without reloading; the server is
   killed in the middle and nothing typed is lost.  Counts what it takes from the first call to the 第1報. */
const assert = require('assert');
const { test, note, end, run } = require('./tap');
const { Office, scenarioOf, sleep } = require('./office');
const { Person, launch } = require('./person');

const LINE = 'サーバ室でLANケーブル抜線';

async function main() {
  const scenario = scenarioOf('minami.yaml');
  const office = await Office.open(scenario, '2026-11-20T17:00');
  const browser = await launch();
  const alarms = [];
  const sato = await Person.come(browser, office, '佐藤健', alarms);
  const takahashi = await Person.come(browser, office, '高橋誠', alarms);
  const ito = await Person.come(browser, office, '伊藤正樹', alarms);
  let number = 0;

  await test('signed in with a password for once, changed; the desk says that nothing waits', async () => {
    await sato.enter();
    const cookies = await sato.context.cookies();
    assert(cookies.some((c) => c.name === '__Host-sid' && c.secure && c.httpOnly && c.sameSite === 'Strict'), JSON.stringify(cookies));
    await sato.page.goto(`${office.url}/`);
    assert.match(await sato.page.locator('#desk').innerText(), /進行中の事案はありません/);
    await takahashi.enter();
    await ito.enter();
    await takahashi.page.goto(`${office.url}/`);
  });

  await test('from the first call to a case', async () => {
    await office.clock('2026-11-20T17:08');
    sato.count = { clicks: 0, keys: 0, fields: 0 };
    await sato.click('a[href="/new"]');
    await sato.type('#f-subject', '端末のファイル名が書き換えられている');
    await sato.type('#f-text', '16時50分頃、市民課の窓口端末 PC-114 で、共有フォルダのファイル名が次々に変わることに職員が気付いた。');
    await sato.fillField('channel', 'telephone');
    await sato.fillField('via', 'manager');
    await sato.type('#f-sender', '山本真理（市民課情報セキュリティ管理者）');
    const sent = await sato.send();
    assert(sent.done, sent.refused);
    number = Number(/\/cases\/(\d+)/.exec(sent.done.pathname)[1]);
    return `${sato.count.fields} fields, ${sato.count.clicks} clicks, ${sato.count.keys} characters`;
  });

  await test('the case comes to another desk by itself', async () => {
    await takahashi.page.waitForSelector(`#desk a[href="/cases/${number}"]`);
    await takahashi.click(`#desk a[href="/cases/${number}"]`);
    await takahashi.page.waitForSelector('#lines');
  });

  await test('a record by the keyboard alone, seen by the other', async () => {
    await sato.page.goto(`${office.url}/cases/${number}`);
    await sato.tabTo('#quick-text', 200);
    await sato.keys(`14:32 ${LINE}`);
    await Promise.all([sato.page.waitForNavigation(), sato.press('Enter')]);
    const line = sato.page.locator('#lines li.line', { hasText: LINE });
    assert.match(await line.first().innerText(), /14:32/);
    assert.match(await line.first().innerText(), /記録 *17:08/);
    await takahashi.page.locator('#lines li.line', { hasText: LINE }).waitFor();
  });

  await test('the server dies: the page says so, keeps what is typed, and heals', async () => {
    const text = '17:10 再起動の前に打ちかけた文';
    for (const one of [sato, takahashi, ito]) one.away = true;
    await sato.page.locator('#quick-text').focus();
    await sato.keys(text);
    await office.stop('SIGKILL');
    await sato.page.locator('#lost').waitFor({ state: 'visible' });
    assert.match(await sato.page.locator('#lost').innerText(), /接続が切れています/);
    assert.equal(await sato.page.inputValue('#quick-text'), text);
    await office.start();
    await office.clock('2026-11-20T17:11');
    await sato.page.locator('#lost').waitFor({ state: 'hidden', timeout: 30000 });
    assert.equal(await sato.page.inputValue('#quick-text'), text);
    for (const one of [takahashi, ito]) await one.page.locator('#lost').waitFor({ state: 'hidden', timeout: 30000 });
    for (const one of [sato, takahashi, ito]) one.away = false;
    await Promise.all([sato.page.waitForNavigation(), sato.press('Enter')]);
    await takahashi.page.locator('#lines li.line', { hasText: '打ちかけた文' }).waitFor();
    assert.equal(await sato.page.inputValue('#quick-text'), '');
  });

  await test('what is half typed survives closing the page', async () => {
    await sato.page.locator('#quick-text').fill('書きかけ');
    await sleep(600);
    await sato.page.goto(`${office.url}/cases`);
    await sato.page.goto(`${office.url}/cases/${number}`);
    assert.equal(await sato.page.inputValue('#quick-text'), '書きかけ');
    await sato.page.click('.restored button');
    assert.equal(await sato.page.inputValue('#quick-text'), '');
  });

  /* The night's work, as the scenario's people did it, up to the first report. */
  const steps = scenario.steps.filter((s) => s.act && !s.expect);
  const take = (act, nth) => steps.filter((s) => s.act === act)[nth || 0];
  const way = [take('triage.state'), take('triage.mark_host'), take('response.contain_host'), take('triage.classify'),
    take('triage.judge'), take('triage.prioritise'), take('reporting.draft'), take('reporting.issue')];
  for (const step of way) {
    await test(`${step.act} by its form`, async () => {
      const person = step.as.startsWith('佐藤') ? sato : ito;
      await office.clock(step.at);
      const before = { ...person.count };
      const fields = { ...step.fields };
      /* What is written is 記入 without a word. */
      if (fields.items) fields.items = fields.items.map((item) => (item.state === 'filled' ? { key: item.key, value: item.value } : item));
      const answer = step.act === 'reporting.draft' ? await person.draft(fields, number) : await person.act({ ...step, fields, happened: undefined }, number);
      assert(answer.done, answer.refused);
      return `${person.count.fields - before.fields} fields, ${person.count.clicks - before.clicks} clicks, ` +
        `${person.count.keys - before.keys} characters`;
    });
  }

  await test('both see the 第1報 on the case', async () => {
    for (const one of [sato, takahashi]) {
      await one.page.goto(`${office.url}/cases/${number}`);
      assert.match(await one.page.locator('#lines').innerText(), /報告様式1　第1報/);
    }
  });

  await test('nothing that must not happen: no report of the content policy, no script error, no dialog, no 5xx', async () => {
    assert.deepEqual(alarms, []);
  });

  const sum = (key) => sato.count[key] + ito.count[key];
  /* What officers have to do in that hour is not to grow unseen (docs/look.md has the figures). */
  const most = { fields: 36, clicks: 34, keys: 700 };
  await test('no more fields, clicks and keys than before', async () => {
    for (const key of Object.keys(most)) assert.ok(sum(key) <= most[key], `${key}: ${sum(key)}, at most ${most[key]}`);
  });
  note(`the first hour, first call to 第1報: ${sum('fields')} fields, ${sum('clicks')} clicks, ${sum('keys')} characters and keys`);
  await browser.close();
  await office.close();
  end();
}

run(main);
