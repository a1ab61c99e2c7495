'use strict';
/* The halls around the cases: the list and its saved filters, 体制 with rotation, telephones and accounts, システム点検,
   緊急閲覧.  By clicks and keys, and each page under the eye. */
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test, note, end, run } = require('./tap');
const { Office, scenarioOf } = require('./office');
const { Person, launch } = require('./person');
const { look, OUT, EVERYTHING } = require('./look');
const hard = require('./hard');
const { realOffice } = require('./real');

/* What the plan prints of its real window: no office that is not declared real may show it. */
const REAL = /0985-2[12]-\d{4}|@city\./;

async function menu(person, href) {
  await person.click('.me summary');
  await Promise.all([person.page.waitForNavigation(), person.click(`.me a[href="${href}"]`)]);
}

async function nav(person, href) {
  await Promise.all([person.page.waitForNavigation(), person.click(`.nav a[href="${href}"]`)]);
}

async function submit(person, button) {
  await Promise.all([person.page.waitForNavigation(), person.click(button)]);
}

const main$ = (person) => person.page.locator('main').innerText();

/* As it is after shodo init: nobody in any post but the administrator, no case, no department. */
async function emptyOffice(browser, alarms) {
  const office = await Office.open(null, null, []);
  const admin = await (await Person.come(browser, office, '管理者', alarms)).enter();
  await test('an empty office says to its administrator what comes first', async () => {
    assert.match(await main$(admin), /\d+の職が空席です[\s\S]*体制を整える/);
  });
  for (const [name, where] of [['desk', '/'], ['cases', '/cases'], ['clocks', '/clocks'], ['circulations', '/circulations'], ['office', '/office'],
    ['phones', '/office/phones'], ['accounts', '/office/accounts'], ['mail', '/mail'], ['acts', '/acts'], ['new', '/new']])
    await test(`${where} of an empty office`, () => look(admin, `empty-${name}`, where));
  await admin.leave();
  await office.close();
}

async function main() {
  const office = await Office.open(scenarioOf('minami.yaml'), null, ['minami.yaml', 'jitsuen.yaml', hard.scenario]);
  await office.clock('2027-06-03T09:40');
  const browser = await launch();
  const alarms = [];
  const come = async (name, options) => (await Person.come(browser, office, name, alarms, options)).enter();
  const sato = await come('佐藤健');
  const admin = await come('管理者');
  const ito = await come('伊藤正樹');
  const kimura = await come('木村進');

  await test('the browser speaks Japanese, as an officer\'s does', async () => {
    await sato.page.goto(`${office.url}/new`);
    const said = await sato.page.evaluate(() => document.querySelector('main form [required]').validationMessage);
    assert.match(said, /入力してください|選択してください/);
  });
  await test('a search in the head finds a case by what a notice said', async () => {
    await sato.type('#top-search', '庁外の見慣れない相手');
    await Promise.all([sato.page.waitForNavigation(), sato.press('Enter')]);
    const text = await sato.page.locator('#cases').innerText();
    assert.match(text, /R9-002/);
    assert.doesNotMatch(text, /R8-001/);
  });
  await test('a list is narrowed, kept under a name, used again and dropped', async () => {
    await nav(sato, '/cases');
    await sato.click('.filter-box details summary');
    await sato.choose(sato.page.locator('#phase'), 'トリアージ');
    await sato.page.check('input[name="mine"]');
    await submit(sato, '.filter-box button');
    assert.match(await sato.page.locator('#cases').innerText(), /R9-002/);
    await sato.click('.keep summary');
    await sato.type('#name', '私の <b>トリアージ</b>');
    await submit(sato, '.keep form button');
    await nav(sato, '/cases');
    await submit(sato, sato.page.locator('.saved a', { hasText: '私の <b>トリアージ</b>' }));
    assert.equal(await sato.page.inputValue('#phase'), 'triage');
    await sato.click('.keep summary');
    await submit(sato, sato.page.locator('.keep button', { hasText: '消す' }));
    assert.equal(await sato.page.locator('.saved').count(), 0);
  });
  await test('without JavaScript the list is narrowed as well', async () => {
    const plain = await come('鈴木彩', { javaScriptEnabled: false });
    await plain.page.goto(`${office.url}/cases`);
    await plain.page.selectOption('#listed', 'closed');
    await submit(plain, '.filter-box .filter button');
    const text = await plain.page.locator('#cases').innerText();
    assert.match(text, /R8-001/);
    assert.doesNotMatch(text, /R9-002/);
    await plain.leave();
  });
  await test('the rotation is read, shown, proven and recorded', async () => {
    const file = path.join(office.dir, 'idou.csv');
    fs.writeFileSync(file, '氏名,職,着任日,離任日\r\n松本翔太,DX担当係長,,2028-03-31\r\n');
    await nav(admin, '/office');
    await submit(admin, 'a[href="/office/rotation"]');
    await admin.page.setInputFiles('#file', file);
    await submit(admin, 'main form button');
    assert.match(await main$(admin), /まだ何も記録していません/);
    await office.clock('2027-06-03T09:55');
    await submit(admin, '.go button');
    if (await admin.page.locator('.refusal a[href^="/prove"]').count()) {
      await admin.prove(admin.page.locator('.refusal a[href^="/prove"]'));
      await submit(admin, '.go button');
    }
    assert.match(await main$(admin), /人事異動を記録しました（1件）/);
  });
  await test('who may not administer is told whom to ask, and where one signed in from has a name', async () => {
    await sato.page.goto(`${office.url}/mail/received`);
    const told = await main$(sato);
    assert.match(told, /管理者（管理者）に依頼してください/);
    assert.doesNotMatch(told, /shodo/);
    await admin.page.goto(`${office.url}/mail/received`);
    assert.match(await main$(admin), /shodo mail receive/);
    await sato.page.goto(`${office.url}/account`);
    assert.match(await sato.page.locator('table').innerText(), /サーバへ直接（中継なし）/);
  });
  await test('the heading of the log counts what is shown', async () => {
    for (const kind of ['all', 'records', 'facts', 'decisions']) {
      await sato.page.goto(`${office.url}/cases/2?log=${kind}`);
      const heading = await sato.page.locator('#h-log small').innerText();
      const first = await sato.page.locator('#lines li.line').count();
      const older = sato.page.locator('#lines a[href*="before="]');
      let lines = first;
      while (await older.count()) {
        await sato.page.goto(office.url + await older.getAttribute('href'));
        lines += await sato.page.locator('#lines li.line').count();
      }
      assert.ok(first > 0 && first <= 50, `${kind}: ${first}`);
      assert.equal(heading, lines > first ? `${lines}件のうち ${first}件` : `${lines}件`, kind);
    }
  });
  await test('a table that is wrong names its line and changes nothing', async () => {
    const file = path.join(office.dir, 'wrong.csv');
    fs.writeFileSync(file, '氏名,職,着任日,離任日\r\n松本翔太,ない職,2028-04-01,\r\n');
    await admin.page.goto(`${office.url}/office/rotation`);
    await admin.page.setInputFiles('#file', file);
    await submit(admin, 'main form button');
    assert.match(await admin.page.locator('.refusal').innerText(), /2行目/);
    assert.equal(await admin.page.locator('.go button').count(), 0);
  });
  await test('a case is broken open, the officers responsible see it, and review it', async () => {
    const hidden = await kimura.page.goto(`${office.url}/cases/2`);
    assert.equal(hidden.status(), 404);
    await menu(kimura, '/opening');
    await kimura.type('#f-case', 'R9-002');
    await kimura.type('#f-reason', '夜間に責任者と連絡がとれず、図書館の窓口の案内に要るため');
    await submit(kimura, '.go button');
    assert.match(await main$(kimura), /緊急閲覧中です/);
    await ito.page.goto(`${office.url}/`);
    await submit(ito, 'a.button[href="/openings"]');
    await submit(ito, 'a.button[href*="opening.review"]');
    await ito.fillField('outcome', 'proper');
    await ito.type('[name="comment"]', '電話で事情を聞いた。');
    const sent = await ito.send();
    assert(sent.done, sent.refused);
    await menu(ito, '/openings');
    assert.match(await main$(ito), /確認を待っている緊急閲覧はありません/);
  });
  await test('the system check is the administrator\'s alone', async () => {
    await menu(admin, '/system');
    assert.match(await main$(admin), /最後のバックアップは記録されていません/);
    assert.equal(await sato.page.evaluate(() => fetch('/system').then((r) => r.status)), 403);
  });
  await test('another system is registered, its key shown once, and the page says how it is doing', async () => {
    await menu(admin, '/destinations');
    assert.match(await main$(admin), /宛先はまだ登録されていません/);
    await submit(admin, 'a.button[href="/do/destination.register"]');
    await admin.type('[name="name"]', '県のSIEM');
    await admin.type('[name="url"]', 'https://siem.example.lg.jp/shodo');
    await admin.type('[name="kinds"]', 'case.*\nsignin.refused\naccess.broken_opn');
    await admin.click('[name="exercise"]');
    const sent = await admin.send();
    assert(sent.done, sent.refused);
    await submit(admin, 'form.once button');
    assert.match(await main$(admin), /whsec_[A-Za-z0-9+/]{43}=/);
    await submit(admin, 'a.button.primary');
    assert.match(await main$(admin), /県のSIEM/);
    assert.match(await main$(admin), /「access.broken_opn」という知らせはありません/);
    await submit(admin, 'a.button[href^="/do/destination.change"]');
    await admin.type('[name="kinds"]', 'case.*\nsignin.refused\naccess.broken_open');
    const mended = await admin.send();
    assert(mended.done, mended.refused);
    assert.doesNotMatch(await main$(admin), /という知らせはありません/);
    assert.equal(await admin.page.locator('form.once').count(), 0);
    assert.equal(await sato.page.evaluate(() => fetch('/destinations').then((r) => r.status)), 403);
  });
  await test('nowhere the real numbers and addresses of the plan', async () => {
    for (const where of ['/plan', '/office', '/office/phones', '/help/notice.receive', '/cases/1/plan', '/cases/1/papers']) {
      const text = await sato.page.evaluate((p) => fetch(p).then((r) => r.text()), where);
      assert.doesNotMatch(text, REAL, where);
    }
  });

  await test('a line of the log has no reckoning of the program\'s own', async () => {
    const text = await sato.page.evaluate(() => fetch('/cases/1/log').then((r) => r.text()));
    assert.match(text, /回議の処理/);
    assert.doesNotMatch(text, /見た記録の番号|段数/);
  });

  const seen = [
    [sato, 'list', '/cases?phase=triage&mine=1'], [sato, 'list-none', '/cases?q=ありえない語'], [sato, 'phones', '/office/phones'],
    [sato, 'plan-flow', '/plan'], [sato, 'case-round-2', '/cases/2'], [ito, 'openings', '/openings'], [kimura, 'opening', '/opening'],
    [kimura, 'case-broken-open', '/cases/2'], [admin, 'system', '/system'], [admin, 'destinations', '/destinations'], [admin, 'accounts', '/office/accounts'],
    [admin, 'rotation', '/office/rotation'], [admin, 'office-admin', '/office'],
    [sato, 'hard-case', '/cases/3'], [sato, 'hard-contacts', '/cases/3/contacts'], [sato, 'hard-list', '/cases?listed=all'],
  ];
  const besides = [
    [sato, 'hard-hosts', '/cases/3/hosts'], [sato, 'hard-records', '/cases/3/log'], [sato, 'hard-evidence', '/cases/3/evidence'], [sato, 'hard-asks', '/cases/3/inquiries'],
    [sato, 'hard-phones', '/office/phones'], [sato, 'hard-office', '/office'], [sato, 'hard-callout', '/cases/3/do/callout.start'],
    [ito, 'restricted', '/cases/4'], [ito, 'restricted-contacts', '/cases/4/contacts'],
  ];
  if (EVERYTHING) seen.push(...besides);
  for (const [person, name, where] of seen) await test(`${where}: axe, tidy, no wider than the screen`, () => look(person, name, where));
  await office.clock('2027-06-03T12:30');
  for (const [name, where] of [['over', '/cases/2'], ['over-clocks', '/clocks']]) await test(`${where} with a deadline passed`, () => look(sato, name, where));
  if (EVERYTHING) await test('a desk with a deadline passed', () => look(sato, 'over-desk', '/'));
  if (EVERYTHING) await emptyOffice(browser, alarms);
  if (EVERYTHING) await realOffice(browser, alarms);
  await test('nothing that must not happen: no report of the content policy, no script error, no dialog, no 5xx', async () => {
    assert.deepEqual(alarms, []);
  });
  note(`pictures: ${OUT}`);
  await browser.close();
  await office.close();
  end();
}

run(main);
