'use strict';
/* Reports on their way, by clicks and keys: a post that is vacant, a holder who is away, a return before and after the
   issue, a withdrawal, two series whose figures differ.  After each, what the page shows and what the paper says, read in
   the PDF that was clicked. */
const assert = require('assert');
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const { test, note, end, run } = require('./tap');
const { Office, scenarioOf } = require('./office');
const { Person, launch } = require('./person');
const { look, OUT } = require('./look');

const CISO = '最高情報セキュリティ責任者';

/* --- the paper --- */

/* The PDF behind the link WITHIN the page, as a person saves it; its text without white space. */
async function paper(person, link, name) {
  const [download] = await Promise.all([person.page.waitForEvent('download'), person.click(link)]);
  const file = path.join(OUT, `${name}.pdf`);
  await download.saveAs(file);
  const pages = childProcess.execFileSync('pdftotext', ['-raw', '-enc', 'UTF-8', file, '-'], { encoding: 'utf8' });
  return pages.replace(/\s+/g, '');
}

/* The pages of NAME that say WORDS, as pictures for the eye. */
function pictures(name) {
  childProcess.execFileSync('pdftoppm', ['-r', '60', '-png', path.join(OUT, `${name}.pdf`), path.join(OUT, name)]);
}

/* Each of WORDS is there, after the one before. */
function inOrder(text, words) {
  let at = 0;
  for (const word of words) {
    const found = text.indexOf(word.replace(/\s+/g, ''), at);
    assert(found >= 0, `「${word}」 is not there${text.includes(word.replace(/\s+/g, '')) ? ', or not in this order' : ''}: …${text.slice(Math.max(0, at - 200), at + 1200)}`);
    at = found + word.length;
  }
}

/* --- what people do --- */

const form = (id) => `/cases/1/papers/${id}`;

async function go(person, where) {
  await person.page.goto(person.office.url + where);
}

async function follow(person, text, within) {
  const link = person.page.locator(`${within || 'main'} a`, { hasText: text }).first();
  await Promise.all([person.page.waitForNavigation(), person.click(link)]);
}

async function done(person) {
  const sent = await person.send();
  assert(sent.done, sent.refused);
  return sent;
}

/* From the form's page, or by BUTTON of the page at hand: written on the page of all items, with those given in FIELDS. */
async function write(person, id, fields, button) {
  if (!button) await go(person, form(id));
  await follow(person, button || '報告の下書きをする');
  await person.seekWhole();
  for (const [key, value] of Object.entries(fields)) {
    const hidden = await person.page.locator('main form input[type=hidden][name^="items["][name$="].key"]').evaluateAll((all) => all.map((e) => e.value));
    await person.type(`main form [name="items[${hidden.indexOf(key) + 1}].value"]`, value);
  }
  await done(person);
}

async function submit(person, id) {
  await go(person, form(id));
  await follow(person, '報告・回議に出す');
  await done(person);
}

async function issue(person, id, number) {
  await go(person, form(id));
  await follow(person, '報告を提出する');
  await person.type('[name="document_number"]', number);
  return done(person);
}

/* From 処理待ち to what waits there or further on. */
async function open(person, name) {
  await Promise.all([person.page.waitForNavigation(), person.click('.nav a[href="/"]')]);
  await follow(person, '回付中のものすべて');
  await follow(person, name, '#circulations');
}

async function back(person, name, why) {
  await open(person, name);
  await follow(person, '意見を付けて差し戻す');
  await person.type('[name="comment"]', why);
  await done(person);
}

async function take(person, name, button, comment) {
  await open(person, name);
  await follow(person, button);
  if (comment) await person.type('[name="comment"]', comment);
  await done(person);
}

const steps = async (person) => (await person.page.locator('#steps').innerText()).replace(/\s+/g, ' ');
const room = async (person) => (await person.page.locator('main').innerText()).replace(/\s+/g, ' ');

/* --- --- */

async function begin() {
  const office = await Office.open(scenarioOf('minami.yaml'), '2026-11-20T17:00');
  const act = (name, fields, ...more) => office.run('act', name, '--as', '佐藤健/情報システム担当者', ...more, '--json', JSON.stringify(fields));
  await office.clock('2026-11-20T17:05');
  act('notice.receive', { channel: 'telephone', via: 'manager', subject: '端末の異常', text: '端末の画面に見慣れない表示が出ている', received: '2026-11-20T17:00' });
  act('intake.open', { notices: ['n1'], title: '市民課の端末の異常', mode: 'real' });
  /* 情報セキュリティ責任者 is vacant from the 1st; its deputy is laid down. */
  office.run('act', 'office.relieve', '--as', '管理者/administrator', '--json', JSON.stringify({ person: '田中久美子', post: '情報セキュリティ責任者', until: '2026-11-18' }));
  return office;
}

async function main() {
  const office = await begin();
  const browser = await launch();
  const alarms = [];
  const come = async (name) => (await Person.come(browser, office, name, alarms)).enter();
  const [sato, takahashi, ito, ciso] = [await come('佐藤健'), await come('高橋誠'), await come('伊藤正樹'), await come('渡辺浩一')];

  await test('a vacant post is shown as vacant with its deputy, who takes the step as deputy', async () => {
    await office.clock('2026-11-20T18:00');
    await write(sato, 'mic', { 4: '窓口端末1台、最大12,400人（11月20日 17時40分現在）' });
    await submit(sato, 'mic');
    await go(sato, '/cases/1/circulations/k1');
    assert.match(await steps(sato), /供覧.*空席。職務代理：高橋誠/);
    assert.match(await room(sato), /いまは.*空席。職務代理：高橋誠）の供覧を待っています/);
    await office.clock('2026-11-20T18:10');
    await take(takahashi, '総務省・県への報告', '供覧を済ませる');
    await go(sato, '/cases/1/circulations/k1');
    assert.match(await steps(sato), /高橋誠（職務代理） 供覧/);
  });

  await test('the next holder is away: decided in its place with a reason, seen afterwards by the holder', async () => {
    await office.clock('2026-11-20T18:30');
    await go(ito, '/cases/1/circulations/k1');
    await follow(ito, '不在のとき：代決する');
    await ito.type('#f-_proxy', '出張中で、今日中に県へ報告する必要があるため');
    await done(ito);
    assert.match(await steps(ito), new RegExp(`代決 出張中で、今日中に県へ報告する必要があるため.*${CISO}の後閲を待っています`));
    await office.clock('2026-11-20T18:40');
    await issue(ito, 'mic', '8情政第31号');
    await go(ito, '/cases/1/papers');
    const text = await paper(ito, '#issued a[href$="/mic/1.pdf"]', 'paper-proxy');
    inOrder(text, ['8情政第31号', '庁外への報告の供覧経路（佐藤健、R8.11.2018:00提出、完了）', '供覧', '高橋誠', 'R8.11.2018:10', '職務代理',
      CISO, '伊藤正樹', 'R8.11.2018:30', '代決', '理由：出張中で、今日中に県へ報告する必要があるため', '後閲未了']);
    await office.clock('2026-11-24T09:00');
    await take(ciso, '総務省・県への報告', '後閲する');
    assert.match(await steps(ciso), /後閲 .*9:00 渡辺浩一/);
    await go(ciso, '/cases/1/papers');
    inOrder(await paper(ciso, '#issued a[href$="/mic/1-now.pdf"]', 'paper-proxy-now'), ['代決', '後閲R8.11.249:00渡辺浩一']);
    assert.equal(await paper(ciso, '#issued a[href$="/mic/1.pdf"]', 'paper-proxy-again'), text);
    pictures('paper-proxy-now');
  });

  await test('a draft is returned with a comment and done again: 第1報, and the paper says who returned it and why', async () => {
    await office.clock('2026-11-24T09:30');
    await write(sato, 'form1', { '1-1': 'マルウェア感染', 4: '12,400人（11月24日 9時20分現在）' });
    await submit(sato, 'form1');
    await office.clock('2026-11-24T09:40');
    await back(ciso, '報告様式1 第1報（案）', '人数は世帯数ではないか。数え直すこと。');
    assert.match(await steps(ciso), /渡辺浩一 差戻し .*数え直すこと。/);
    await office.clock('2026-11-24T10:00');
    await go(sato, '/cases/1/circulations/k2');
    await write(sato, 'form1', { 4: '9,871人（11月24日 9時50分現在）' }, '下書きを直す');
    await follow(sato, '回付に出し直す');
    await done(sato);
    await open(ciso, '報告様式1 第1報（案）');
    assert.match(await ciso.page.locator('#changes del').allInnerTexts().then((all) => all.join('')), /12,400|12|400/);
    const ins = (await ciso.page.locator('#changes ins').allInnerTexts()).join('');
    assert.match(ins, /9,871|871/);
    assert.doesNotMatch(await ciso.page.locator('#document').innerText(), /記入要領/);
    await follow(ciso, '報告を受けた');
    await done(ciso);
    await office.clock('2026-11-24T10:10');
    /* two series: the ministry has read another figure of another time, and the officer is told before the issue */
    await go(ito, '/cases/1/papers');
    assert.match(await ito.page.locator('main .advice').innerText(), /別の報告と数か時点が異なります。[^]*報告様式1（下書き）.*は 9,871人、総務省・県への報告（市の控え） 第1報.*は 12,400人、1台/);
    assert.match((await issue(ito, 'form1', '8情政第32号')).advised, /別の報告と数か時点が異なります。.*9,871人.*12,400人[^]*9時50分現在.*17時40分現在[^]*異なるまま提出することもできます/);
    await go(ito, '/cases/1/papers');
    const text = await paper(ito, '#issued a[href$="/form1/1.pdf"]', 'paper-returned');
    inOrder(text, ['8情政第32号', '（第1報）', '9,871人', '差戻し）', '渡辺浩一', 'R8.11.249:40', '差戻し', '人数は世帯数ではないか。数え直すこと。', '完了）', '渡辺浩一', '報告を受けた']);
    assert(!text.includes('12,400人（11月24日'), 'the returned figure is not on the paper');
    pictures('paper-returned');
  });

  await test('an issue is returned: what is issued in its place is 第2報 again, both are there, and the paper says so', async () => {
    await office.clock('2026-11-24T13:00');
    await write(sato, 'form1', { 6: '端末1台を庁内ネットワークから切り離した。' });
    await issue(ito, 'form1', '8情政第33号');
    await submit(ito, 'form1');
    await office.clock('2026-11-24T13:20');
    await back(ciso, '報告様式1 第2報', '切り離した時刻を書くこと。');
    await go(sato, form('form1'));
    assert.match(await room(sato), /第2報は差し戻されたままです。.*同じ第2報になります/);
    await office.clock('2026-11-24T13:30');
    await write(sato, 'form1', { 6: '16時58分、端末1台を庁内ネットワークから切り離した。' });
    await issue(ito, 'form1', '8情政第33号');
    await go(ito, '/cases/1/papers');
    const rows = (await ito.page.locator('#issued tbody').innerText()).replace(/\s+/g, ' ');
    assert.match(rows, /報告様式1 第2報.*報告様式1 第2報.*差戻し：切り離した時刻を書くこと。（同じ報数で提出し直し済み）.*報告様式1 第1報/);
    assert.doesNotMatch(rows, /第3報/);
    const text = await paper(ito, '#issued a[href$="/form1/2.pdf"]', 'paper-again');
    inOrder(text, ['（第2報）', 'この報告は、令和8年11月24日に提出して差し戻された第2報に代わるものです。', '第1報から変わった項目：6', '16時58分', '差戻し）', '渡辺浩一', '切り離した時刻を書くこと。']);
    const first = await paper(ito, '#issued a[href$="/form1/R3.pdf"]', 'paper-before');
    assert(first.includes('端末1台を庁内') && !first.includes('16時58分'), 'as it was issued');
    pictures('paper-again');
  });

  await test('a draft is withdrawn by who submitted it, with the reason; the next locks until then', async () => {
    await office.clock('2026-11-24T15:00');
    await write(sato, 'form1', { 8: '明朝までに全端末を検査する。' });
    await submit(sato, 'form1');
    await go(ito, form('form1'));
    assert.match(await room(ito), /この下書きは回付中です/);
    await follow(ito, '報告を提出する');
    assert.match((await ito.send()).refused, /回付中です（11月24日 15:00に提出）/);
    await open(sato, '報告様式1 第3報（案）');
    await follow(sato, '引き戻す');
    await sato.type('[name="reason"]', '検査の予定が変わったため');
    await office.clock('2026-11-24T15:10');
    await done(sato);
    assert.match(await room(sato), /引戻し.*引戻しの理由：検査の予定が変わったため/);
    await office.clock('2026-11-24T15:30');
    await write(sato, 'form1', { 8: '26日までに全端末を検査する。' });
    await submit(sato, 'form1');
    await take(ciso, '報告様式1 第3報（案）', '報告を受けた');
    await office.clock('2026-11-24T15:40');
    await issue(ito, 'form1', '8情政第34号');
    await go(ito, '/cases/1/papers');
    const text = await paper(ito, '#issued a[href$="/form1/3.pdf"]', 'paper-withdrawn');
    inOrder(text, ['（第3報）', '第2報から変わった項目：8', '26日までに', '引戻し）', '引戻し', '佐藤健', 'R8.11.2415:10', '理由：検査の予定が変わったため', '完了）', '渡辺浩一', '報告を受けた']);
    pictures('paper-withdrawn');
  });

  await test('a request has its 文書番号 and circulates too: its copy says who saw it', async () => {
    await office.clock('2026-11-24T16:00');
    const asked = await ito.act({ act: 'response.request', as: '伊藤正樹/統括情報セキュリティ責任者', fields: { party: '日向システム保守株式会社',
      what: 'ログを保全すること。', kind: 'preserve', document_number: '8情政第35号' } }, 1);
    assert(asked.done, asked.refused);
    await go(ito, '/cases/1/papers');
    await follow(ito, '回付に出す', '#issued tbody tr:has-text("依頼・要請書")');
    await ito.fillField('route', '庁外への報告の供覧経路');
    await done(ito);
    await take(takahashi, '依頼・要請書 第1号', '供覧を済ませる');
    await back(ciso, '依頼・要請書 第1号', '期限を書くこと。');
    await go(ito, '/cases/1/papers');
    assert.match(await ito.page.locator('#issued tbody tr:has-text("依頼・要請書")').innerText(), /差戻し：期限を書くこと。/);
    const text = await paper(ito, '#issued a[href$="/request/1-now.pdf"]', 'paper-request');
    inOrder(text, ['8情政第35号', '日向システム保守株式会社御中', 'ログを保全すること。', '庁外への報告の供覧経路', '差戻し）', '高橋誠', '職務代理', '渡辺浩一', '差戻し', '期限を書くこと。']);
    const kept = await paper(ito, '#issued a[href$="/request/1.pdf"]', 'paper-request-kept');
    assert(kept.includes('8情政第35号') && !kept.includes('期限を書くこと'), 'as it was issued');
    pictures('paper-request');
  });

  await write(sato, 'form1', { 3: '委託先から届いたメールの添付ファイルを開いたこと。'.repeat(4), 8: '27日までに全端末を検査する。' });
  for (const [person, name, where] of [[ciso, 'circulation-returned', '/cases/1/circulations/k2'], [ito, 'papers-issued', '/cases/1/papers']])
    await test(`${where}: axe, tidy, no wider than the screen`, () => look(person, name, where));
  await test('nothing that must not happen: no report of the content policy, no script error, no dialog, no 5xx', async () => {
    assert.deepEqual(alarms, []);
  });
  note(`pictures: ${OUT}`);
  await browser.close();
  await office.close();
  end();
}

run(main);
