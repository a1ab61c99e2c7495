'use strict';
/* Every page, looked at: a walk over all links in each role, axe-core in both themes, tidy, and pictures of every
   page for the eye (in SHODO_TEST_OUT/look).  The office has the whole incident behind it and a restricted case. */
const assert = require('assert');
const { test, note, end, run } = require('./tap');
const { Office, scenarioFile } = require('./office');
const { Person, launch } = require('./person');
const { look, OUT } = require('./look');

/* What the restricted case holds, each with words of its own: whoever may not see the case reads none of them anywhere. */
const SECRETS = ['件名', '通報者', '通報の文', '記録', '事実の項目', '事実', '意見', '影響ホスト', '影響ホストの理由', '照会先', '照会', '情報', '依頼', '措置', '対応方針', '報告の概要',
  '証拠', '証拠の保管場所', '引継ぎ', '参集の理由', '監視の要点', '周知', '添え書き'];
const secret = (what) => `【限定】${what}の秘`;
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
  ['do-draft', '/cases/2/do/reporting.draft'], ['do-draft-whole', '/cases/2/do/reporting.draft?form=mic&part=all&take=all'], ['do-evidence', '/cases/2/do/evidence.register'],
  ['do-callout', '/cases/2/do/callout.start'], ['do-contain', '/cases/2/do/response.contain_host'], ['missing', '/cases/999'],
];
const roles = ['佐藤健', '高橋誠', '伊藤正樹', '渡辺浩一', '山本真理', '管理者'];

/* Files that are drawn when they are asked for: once is enough, whoever asks; web-papers tells who may. */
const files = new Set();

/* The restricted case, written by those who work on it.  It is the office's next notice and the third case. */
function restricted() {
  const at = '2027-06-02T08:40';
  const sato = '佐藤健/情報システム担当者', ito = '伊藤正樹/統括情報セキュリティ責任者';
  const step = (act, fields, as) => ({ at, as: as || sato, act, case: 'S', fields });
  return {
    name: '限定する事案', plan: 'plans/miyazaki.yaml', clock: at,
    steps: [
      { at, as: sato, act: 'notice.receive', fields: { channel: 'telephone', received: at, via: 'manager', subject: secret('件名'), text: secret('通報の文'), sender: secret('通報者') } },
      { at, as: sato, act: 'intake.open', opens: 'S', fields: { title: secret('件名'), notices: ['n4'], mode: 'real' } },
      step('record.add', { text: secret('記録') }),
      step('triage.state', { kind: 'fact', subject: secret('事実の項目'), text: secret('事実') }),
      step('triage.state', { kind: 'opinion', subject: '意見', text: secret('意見') }),
      step('triage.mark_host', { name: secret('影響ホスト'), kind: 'client', state: 'affected', reason: secret('影響ホストの理由') }),
      step('triage.inquire', { to: secret('照会先'), question: secret('照会') }),
      step('triage.add_dataset', { name: secret('情報'), body: '市長', personal: 'yes', my_number: 'unknown', encrypted: 'no' }),
      step('evidence.register', { kind: 'log', item: secret('証拠'), acquired: '2027-06-02T08:35', acquired_from: '端末', place: secret('証拠の保管場所'), acquired_by: '佐藤健' }),
      step('response.propose_measure', { kind: 'contain', text: secret('措置') }),
      step('response.propose', { text: secret('対応方針') }),
      step('circulation.submit', { subject: 'approach', ref: 'a1', text: secret('添え書き') }),
      step('reporting.draft', { form: 'form1', items: [{ key: '1-4', state: 'filled', value: secret('報告の概要') }] }),
      step('handover.write', { to: '鈴木彩', open: secret('引継ぎ') }),
      step('callout.start', { persons: ['鈴木彩'], reason: secret('参集の理由') }, ito),
      step('recovery.start_watch', { until: '2027-06-20T17:00', points: secret('監視の要点'), every_days: 7 }),
      step('reporting.alert_staff', { to: '関係職員', text: secret('周知') }, ito),
      step('response.request', { party: '青空フォレンジック株式会社', kind: 'cooperation', what: secret('依頼'), due: '2027-06-02T12:00' }, ito),
      step('access.restrict', { reason: '職員の非違の疑いがあるため' }, ito),
    ],
  };
}

/* Lists of the API that are not of one case. */
const LISTS = ['cases', 'clocks', 'notices', 'circulations', 'openings', 'reviews', 'mail', 'mail/received', 'acts', 'me/acts', 'told', 'system'].map((name) => `/api/v1/${name}`);

/* Every address of this origin that the pages show, asked as the browser asks: with its own session. */
async function walk(person, start) {
  const seen = new Set(start);
  const bad = [];
  const found = new Map(); /* secret -> where it was read */
  const queue = [...start];
  while (queue.length) {
    const batch = queue.splice(0, 8);
    const answers = await person.page.evaluate((paths) => Promise.all(paths.map(async (p) => {
      const answer = await fetch(p, { headers: { Accept: 'text/html' } });
      return { path: p, status: answer.status, text: await answer.text() };
    })), batch);
    for (const answer of answers) {
      if (answer.status !== 200) bad.push(`${answer.status} ${answer.path}`);
      for (const what of SECRETS) if (answer.text.includes(secret(what))) found.set(what, answer.path);
      for (const [, href] of answer.text.matchAll(/<a [^>]*href="([^"#]*)/g)) {
        const to = href.replace(/&amp;/g, '&');
        if (!to.startsWith('/') || seen.has(to) || files.has(to)) continue;
        if (/\.(pdf|docx|xlsx|html)$/.test(to)) files.add(to);
        seen.add(to);
        queue.push(to);
      }
    }
  }
  return { bad, found, seen };
}

/* What the answers of PLACES tell of WORDS, and those that do not answer as for a case that there is not. */
function betrayed(person, places, words) {
  return person.page.evaluate(([paths, secrets]) => Promise.all(paths.map(async (p) => {
    const ask = (where) => fetch(where, { headers: { Accept: where.startsWith('/api/') ? 'application/json' : 'text/html' } });
    const answer = await ask(p);
    const text = await answer.text();
    const told = secrets.filter((one) => text.includes(one)).map((one) => `${p} tells ${one}`);
    if (/\/cases\/3\b/.test(p)) {
      const none = await ask(p.replace('/cases/3', '/cases/999'));
      if (none.status !== answer.status) told.push(`${p}: ${answer.status}, not ${none.status}`);
    }
    return told;
  })).then((all) => all.flat()), [places, words]);
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
    office.run('play', scenarioFile(office.dir, restricted()));
  });

  /* Those of the plan's routes go on seeing it; whoever took the call goes on seeing the notice. */
  const may = ['高橋誠', '伊藤正樹', '渡辺浩一'];
  const own = { 佐藤健: ['件名', '通報者', '通報の文'] };
  const places = new Set(['/cases/3/log?log=program']);
  for (const name of roles) {
    await test(`${name} walks over every link`, async () => {
      const person = people.get(name);
      await person.page.goto(`${office.url}/`);
      const { bad, found, seen } = await walk(person, ['/', '/cases', '/cases?all=1', '/cases?q=%E3%81%AE%E7%A7%98', '/new']);
      assert.deepEqual(bad, []);
      if (!may.includes(name)) assert.deepEqual([...found].filter(([what]) => !(own[name] || []).includes(what)), []);
      else {
        assert.equal(SECRETS.filter((what) => !found.has(what)).join('、'), '');
        for (const place of seen) if (/^\/cases\/3\b/.test(place)) places.add(place);
      }
      return `${seen.size} addresses`;
    });
  }
  for (const name of roles.filter((one) => !may.includes(one))) {
    await test(`${name}: each address of the restricted case answers as one that there is not, and no list tells of it`, async () => {
      assert(places.size > 100, `${places.size}`);
      const api = ['/api/v1/cases/3'].concat(
        ['log', 'clocks', 'conformity', 'acts', 'circulations', 'circulations/k1', 'register', 'contacts', 'plan', 'mail', 'mail/received', 'papers', 'files'].map((of) => `/api/v1/cases/3/${of}`));
      const unseen = SECRETS.filter((what) => !(own[name] || []).includes(what)).map(secret);
      assert.deepEqual(await betrayed(people.get(name), [...places, ...api, ...LISTS], unseen), []);
      return `${places.size + api.length} addresses, ${LISTS.length} lists`;
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
