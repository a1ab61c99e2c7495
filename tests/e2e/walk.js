'use strict';
/* Every page, looked at: a walk over all links in each role, axe-core in both themes, tidy, and pictures of every
   page for the eye (in SHODO_TEST_OUT/look).  The office has the whole incident behind it and a restricted case. */
const assert = require('assert');
const { test, note, end, run } = require('./tap');
const { Office } = require('./office');
const { Person, launch } = require('./person');
const { look, OUT } = require('./look');

const SECRET = '限定の事案の件名・人事課の職員の端末';
/* No sign that changes the direction of writing: those are refused in a line, with the place named. */
const NASTY = '<script>alert(1)</script><img src=x onerror=alert(2)>\'";--${7*7}{{7*7}} ﾊﾝｶｸ①㈱ 葛󠄀飾 𠮷田 か\u3099 שלום 😀 ﷽ ../../etc/passwd %00 &lt;b&gt;';

/* Of each sort of page one is examined closely. */
const pages = [
  ['desk', '/'], ['clocks', '/clocks'], ['cases', '/cases?all=1'], ['case', '/cases/1'], ['case-open', '/cases/2'], ['conformity', '/cases/1/conformity'],
  ['hosts', '/cases/1/hosts'], ['hosts-empty', '/cases/2/hosts'], ['measures', '/cases/1/measures'], ['inquiries', '/cases/1/inquiries'],
  ['evidence', '/cases/1/evidence'], ['files', '/cases/1/files'], ['contacts', '/cases/1/contacts'], ['reports', '/cases/1/reports'], ['notifications', '/cases/1/notifications'], ['handover', '/cases/1/handover'],
  ['records', '/cases/1/log'], ['circulations', '/circulations'], ['mail', '/mail'], ['inbox', '/mail/received'], ['case-mail', '/cases/1/mail'], ['case-circulations', '/cases/1/circulations'], ['circulation', '/cases/1/circulations/k5'],
  ['callout', '/cases/1/callout'], ['measures-empty', '/cases/2/measures'],
  ['case-acts', '/cases/2/acts'], ['acts', '/acts'], ['new', '/new'], ['plan', '/plan'], ['office', '/office'], ['account', '/account'],
  ['password', '/password'], ['help', '/help/triage.judge'], ['do-judge', '/cases/2/do/triage.judge'], ['papers', '/cases/1/papers'], ['paper-form', '/cases/1/papers/form1'], ['paper-mic', '/cases/2/papers/mic'],
  ['do-draft', '/cases/2/do/reporting.draft'], ['do-evidence', '/cases/2/do/evidence.register'],
  ['do-callout', '/cases/2/do/callout.start'], ['do-contain', '/cases/2/do/response.contain_host'], ['missing', '/cases/999'],
];
const roles = ['佐藤健', '高橋誠', '伊藤正樹', '渡辺浩一', '山本真理', '管理者'];

/* Files that are drawn when they are asked for: once is enough, whoever asks; web-papers tells who may. */
const files = new Set();

/* Every address of this origin that the pages show, asked as the browser asks: with its own session. */
async function walk(person, start) {
  const seen = new Set(start);
  const bad = [];
  const found = [];
  const queue = [...start];
  while (queue.length) {
    const batch = queue.splice(0, 8);
    const answers = await person.page.evaluate((paths) => Promise.all(paths.map(async (p) => {
      const answer = await fetch(p, { headers: { Accept: 'text/html' } });
      return { path: p, status: answer.status, text: await answer.text() };
    })), batch);
    for (const answer of answers) {
      if (answer.status !== 200) bad.push(`${answer.status} ${answer.path}`);
      if (answer.text.includes(SECRET)) found.push(answer.path);
      for (const [, href] of answer.text.matchAll(/<a [^>]*href="([^"#]*)/g)) {
        const to = href.replace(/&amp;/g, '&');
        if (!to.startsWith('/') || seen.has(to) || files.has(to)) continue;
        if (/\.(pdf|docx|xlsx|html)$/.test(to)) files.add(to);
        seen.add(to);
        queue.push(to);
      }
    }
  }
  return { bad, found, number: seen.size };
}

async function main() {
  const office = await Office.open(null, null, 'minami.yaml');
  await office.clock('2027-06-02T08:40');
  const browser = await launch();
  const alarms = [];
  const people = new Map();
  for (const name of roles) people.set(name, await (await Person.come(browser, office, name, alarms)).enter());
  const sato = people.get('佐藤健');

  await test('a case is opened', async () => {
    await sato.page.click('a[href="/new"]');
    await sato.type('#f-subject', '通報の件名');
    await sato.type('#f-text', '知らない人から電話があった。');
    await sato.fillField('channel', 'telephone');
    await sato.fillField('via', 'manager');
    await sato.type('#f-sender', '山本真理');
    const sent = await sato.send();
    assert(sent.done, sent.refused);
    assert.equal(sent.done.pathname, '/cases/2');
  });
  await test('hostile text stays what it is, and does not run', async () => {
    await sato.page.goto(`${office.url}/cases/2`);
    for (const line of NASTY.split('\n')) {
      await sato.page.fill('#quick-text', line);
      await Promise.all([sato.page.waitForNavigation(), sato.page.press('#quick-text', 'Enter')]);
      const shown = await sato.page.locator('#lines li.line .text').allTextContents();
      assert(shown.includes(line), JSON.stringify(shown.slice(0, 3)));
    }
    const answer = await sato.act({ as: '佐藤健/情報システム担当者', act: 'triage.state', fields: { kind: 'fact', subject: NASTY.slice(0, 80), text: NASTY, source: NASTY } }, 2);
    assert(answer.done, answer.refused);
    assert((await sato.page.locator('main').textContent()).includes(NASTY), 'the statement is not shown as it was typed');
  });

  for (const [name, where] of pages) await test(`${where}: axe, tidy, no wider than the screen`, () => look(sato, name, where));
  await test('the page to sign in: axe, tidy', async () => {
    const stranger = await Person.come(browser, office, '見知らぬ人', alarms);
    await look(stranger, 'signin', '/signin');
    await stranger.leave();
  });

  await test('a case is restricted', async () => {
    await sato.page.goto(`${office.url}/new`);
    await sato.type('#f-subject', SECRET);
    await sato.type('#f-text', '人事課から連絡があった。');
    await sato.fillField('channel', 'telephone');
    await sato.fillField('via', 'manager');
    await sato.type('#f-sender', '人事課長');
    const sent = await sato.send();
    assert(sent.done, sent.refused);
    const ito = people.get('伊藤正樹');
    const answer = await ito.act({ as: '伊藤正樹/統括情報セキュリティ責任者', act: 'access.restrict', fields: { reason: '職員の非違の疑いがあるため' } }, 3);
    assert(answer.done, answer.refused);
  });

  for (const name of roles) {
    await test(`${name} walks over every link`, async () => {
      const person = people.get(name);
      await person.page.goto(`${office.url}/`);
      const { bad, found, number } = await walk(person, ['/', '/cases', '/cases?all=1', '/new']);
      assert.deepEqual(bad, []);
      if (name === '伊藤正樹') assert(found.length, 'whoever restricted the case no longer sees it');
      if (name === '山本真理' || name === '管理者') {
        assert.deepEqual(found, []);
        const status = await person.page.evaluate(() => fetch('/cases/3').then((r) => r.status));
        const never = await person.page.evaluate(() => fetch('/cases/999').then((r) => r.status));
        assert.equal(status, never);
      }
      return `${number} addresses`;
    });
  }
  await test('nothing that must not happen: no report of the content policy, no script error, no dialog, no 5xx', async () => {
    assert.deepEqual(alarms, []);
  });
  note(`pictures: ${OUT}`);
  await browser.close();
  await office.close();
  end();
}

run(main);
