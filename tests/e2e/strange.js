'use strict';
/* Every string of the Big List of Naughty Strings, and mixed scripts, wherever the pages show what people wrote: the log, the
   facts, the table of hosts, the list, the desk, what was searched for, a refused form, the paper as a page, as a file and as
   it prints, and a line that arrives while one looks.  Each comes back as it was typed; no script of theirs runs, nothing they
   name is fetched, and they leave no element and no attribute behind. */
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test, end, run } = require('./tap');
const { Office, scenarioOf, root } = require('./office');
const { Person, launch } = require('./person');

const BLNS = JSON.parse(fs.readFileSync(path.join(root, 'tests', 'vectors', 'blns', 'blns.json'), 'utf8'));
const SCRIPTS = [
  '葛\u{e0100}城市と葛城市', 'ﾊﾝｶｸｶﾅ①㈱㌔Ⅳ', '𠮷野家 髙橋 﨑山', 'か\u3099ぱ か゛', 'שלום עולם مرحبا', '</textarea><script>alert(1)</script>',
  '</title></style></option></svg><img src=x onerror=alert(1)>', '"><a href="javascript:alert(1)">', '{{7*7}}{% include head(page) %}',
];
/* What src/base/text.h lets in. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const NOT_IN_A_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const texts = [...BLNS, ...SCRIPTS].filter((s) => s.trim() && !CONTROLS.test(s));
const lines = texts.filter((s) => !NOT_IN_A_LINE.test(s)).map((s) => s.trim()).filter((s) => [...s].length <= 190);
const names = [...new Set(lines)];

/* As many of LINES as fit in ROOM characters, together. */
function packed(all, room) {
  const packs = [];
  for (const one of all) {
    if (packs.length && packs[packs.length - 1].length + one.length < room) packs[packs.length - 1] += ` ${one}`;
    else packs.push(one);
  }
  return packs;
}

const WHO = '佐藤健/情報システム担当者';
const MARK = '変わった文字';
const titles = packed(names, 190);
const ALL = `「${texts.join('\n')}」`;

/* The first case has every string as a record, as a fact and, where it is a line, as a host; the titles have them too. */
function history() {
  const office = scenarioOf('minami.yaml');
  const steps = [];
  const step = (act, rest) => steps.push({ at: '2026-11-20T09:36', as: WHO, act, ...rest });
  titles.forEach((title, i) => {
    step('notice.receive', { fields: { channel: 'telephone', received: '2026-11-20T09:31', via: 'manager', subject: title, text: `${MARK}の通報`, sender: title } });
    step('intake.open', { opens: `T${i}`, fields: { title, notices: [`n${i + 1}`], mode: 'real' } });
  });
  for (const text of texts) step('record.add', { case: 'T0', fields: { text } });
  for (const name of names) step('triage.mark_host', { case: 'T0', fields: { name, kind: 'server', state: 'suspected', reason: name } });
  for (const text of texts) step('triage.state', { case: 'T0', fields: { kind: 'fact', subject: MARK, text } });
  return { name: MARK, plan: office.plan, clock: '2026-11-20T09:30', office: office.office, steps };
}

/* --- what nobody's text may leave on a page --- */

/* The elements and attributes that the templates and our own scripts write, and no others. */
const sources = fs.readdirSync(path.join(root, 'web', 'templates')).map((name) => fs.readFileSync(path.join(root, 'web', 'templates', name), 'utf8')).join('');
const ours = {
  elements: [...new Set([...sources.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name.toLowerCase())), 'tbody'],
  attributes: [...new Set([...sources.matchAll(/[\s%}]([a-zA-Z][a-zA-Z0-9-]*)(?==")/g)].map(([, name]) => name.toLowerCase())),
    'selected', 'checked', 'required', 'open', 'hidden', 'defer', 'data-loaded', 'multiple'],
};

function strangers({ elements, attributes }) {
  const found = [];
  for (const e of document.querySelectorAll('*')) {
    if (!elements.includes(e.tagName.toLowerCase())) found.push(`<${e.tagName}>`);
    for (const a of e.attributes) if (!attributes.includes(a.name.toLowerCase())) found.push(`<${e.tagName} ${a.name}>`);
  }
  for (const a of document.querySelectorAll('[href], [src], [action]'))
    for (const name of ['href', 'src', 'action'])
      if (a.hasAttribute(name) && !/^(?:[/#?]|tel:)/.test(a.getAttribute(name))) found.push(`${name}=${a.getAttribute(name)}`);
  return found;
}

/* Opens WHERE and reads what READER, run there, returns; strangers are said to SAY. */
async function read(person, where, reader, say) {
  const answer = await person.page.goto(person.office.url + where);
  if (answer.status() !== 200) say(`${where}: ${answer.status()}`);
  for (const one of await person.page.evaluate(strangers, ours)) say(`${where}: ${one}`);
  return person.page.evaluate(reader);
}

/* Of the pages of a long list: what READER returns of each, together. */
async function readAll(person, places, reader, say) {
  const all = [];
  for (const where of places) all.push(...await read(person, where, reader, say));
  return all;
}

const inLog = () => Array.from(document.querySelectorAll('#lines .line > .body > .text'), (e) => e.textContent);
const inHosts = () => Array.from(document.querySelectorAll('#room tbody th .text'), (e) => e.textContent);
const inList = () => Array.from(document.querySelectorAll('#cases td[data-head="件名"] a'), (e) => e.textContent);
const inDesk = () => Array.from(document.querySelectorAll('#desk h2 > a'), (e) => e.textContent.replace(/^R\d+-\d+　/, ''));
const inSearch = () => [document.querySelector('#q').value, document.querySelector('#top-search').value];
const inPaper = () => document.querySelector('main, body').textContent;

/* What of ALL does not stand in TEXT. */
const lacking = (all, text) => all.filter((one) => !text.includes(one));

async function main() {
  const office = await Office.open(null, null, [history()]);
  const browser = await launch();
  const alarms = [];
  const found = [];
  const say = (line) => found.push(line);
  const sato = await (await Person.come(browser, office, '佐藤健', alarms)).enter();
  const { page } = sato;
  /* Our own pages, what they load, and nothing else. */
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (sato.away) return;
    if (url.origin !== office.url || !/^\/(?:$|cases\b|clocks$|assets\/|drafts\/|api\/v1\/events$)/.test(url.pathname)) say(`asked for ${request.url()}`);
  });

  await test('the log', async () => {
    const shown = await readAll(sato, [0, 200, 400].map((from) => `/cases/1/log?log=records&from=${from}`), inLog, say);
    assert.deepEqual(shown, texts);
    return `${texts.length} records`;
  });
  await test('the log as it prints', async () => {
    await page.goto(`${office.url}/cases/1/log?log=records`);
    await page.emulateMedia({ media: 'print' });
    const hidden = await page.evaluate(() => Array.from(document.querySelectorAll('#lines .text')).filter((e) => e.textContent.trim() && !e.getClientRects().length).length);
    assert.equal(hidden, 0);
    assert((await page.pdf()).length > 10000);
    await page.emulateMedia({ media: 'screen' });
  });
  await test('the facts', async () => {
    const shown = await readAll(sato, [0, 200, 400].map((from) => `/cases/1/log?log=fact&from=${from}`), inLog, say);
    assert.deepEqual(texts.filter((text, i) => !shown[i] || !shown[i].includes(text)), []);
  });
  await test('the hosts', async () => {
    assert.deepEqual(await read(sato, '/cases/1/hosts?all=1', inHosts, say), names);
    return `${names.length} hosts`;
  });
  await test('the case', async () => {
    await read(sato, '/cases/1', inPaper, say);
    await page.locator('h1').waitFor();
    assert((await page.locator('h1').textContent()).endsWith(`　${titles[0]}`));
    assert((await page.title()).includes(titles[0].slice(0, 20)));
  });
  const pages = Array.from({ length: Math.ceil(titles.length / 50) }, (_, i) => i + 1);
  await test('the list of cases, and what a search found', async () => {
    const newest = [...titles].reverse();
    assert.deepEqual(await readAll(sato, pages.map((n) => `/cases?page=${n}`), inList, say), newest);
    assert.deepEqual(await readAll(sato, pages.map((n) => `/cases?q=${encodeURIComponent(MARK)}&page=${n}`), inList, say), newest);
    return `${titles.length} titles`;
  });
  await test('what was searched for', async () => {
    for (const title of titles) assert.deepEqual(await read(sato, `/cases?q=${encodeURIComponent(title)}`, inSearch, say), [title, title]);
  });
  await test('the desk', async () => {
    assert.deepEqual([...await read(sato, '/', inDesk, say)].sort(), [...titles].sort());
  });
  await test('a form that was refused, lines that begin empty too', async () => {
    await page.goto(`${office.url}/cases/1/do/triage.state`);
    await page.locator('form[data-loaded]').waitFor();
    await page.evaluate(() => document.querySelectorAll('[required]').forEach((e) => e.removeAttribute('required')));
    await page.fill('#f-text', `\n\n${ALL}`);
    await page.fill('#f-source', titles[3]);
    await Promise.all([page.waitForNavigation(), page.click('main form.act-form button.primary')]);
    await page.locator('.refusal').waitFor();
    assert.equal(await page.inputValue('#f-text'), `\n\n${ALL}`);
    assert.equal(await page.inputValue('#f-source'), titles[3]);
    (await page.evaluate(strangers, ours)).forEach(say);
  });
  await test('a line that arrives while one looks', async () => {
    const suzuki = await (await Person.come(browser, office, '鈴木彩', alarms)).enter();
    await suzuki.page.goto(`${office.url}/cases/2`);
    await page.goto(`${office.url}/cases/2`);
    await page.fill('#quick-text', ALL);
    await page.press('#quick-text', 'Enter');
    const line = suzuki.page.locator('#lines .line.fresh .text').first();
    await line.waitFor();
    assert.equal(await line.textContent(), ALL);
    (await suzuki.page.evaluate(strangers, ours)).forEach(say);
    await suzuki.leave();
  });
  await test('the paper as a page', async () => {
    const text = await read(sato, '/cases/1/papers/final-report', inPaper, say);
    assert.deepEqual(lacking(lines, text), []);
  });
  await test('the paper as a file, opened where no policy holds scripts back', async () => {
    const html = await page.evaluate(() => fetch('/cases/1/papers/final-report/now.html').then((r) => r.text()));
    const file = path.join(office.dir, 'paper.html');
    fs.writeFileSync(file, html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/i, ''));
    const other = await browser.newPage();
    sato.watch(other);
    other.on('request', (request) => { if (request.url() !== `file://${file}`) say(`the file asks for ${request.url()}`); });
    await other.goto(`file://${file}`);
    assert.deepEqual(lacking(lines, await other.evaluate(inPaper)), []);
    assert.deepEqual(await other.evaluate(() => Array.from(document.querySelectorAll('script, img, iframe, object, embed, form, [onerror], [onload], [onclick], a[href^="javascript"]'), (e) => e.outerHTML)), []);
    await other.close();
  });
  await test('were a page to forget itself, the browser would not take it', async () => {
    await page.goto(`${office.url}/cases/1`);
    sato.away = true;
    const taken = await page.evaluate(async () => {
      const through = [];
      const violated = [];
      document.addEventListener('securitypolicyviolation', (e) => violated.push(e.effectiveDirective));
      const attempt = (name, action) => { try { action(); through.push(name); } catch (e) { if (!(e instanceof TypeError)) through.push(`${name}: ${e}`); } };
      const text = '<img src=x onerror=alert(1)>';
      attempt('innerHTML', () => { document.querySelector('h1').innerHTML = text; });
      attempt('insertAdjacentHTML', () => document.querySelector('h1').insertAdjacentHTML('beforeend', text));
      attempt('a script of text', () => { document.createElement('script').text = 'alert(2)'; });
      attempt('a handler', () => document.querySelector('h1').setAttribute('onclick', 'alert(3)'));
      attempt('a policy of types', () => trustedTypes.createPolicy('ours', {}));
      await fetch('https://www.example.com/').then(() => through.push('fetch'), () => 0);
      const image = new Image();
      const style = document.createElement('p');
      style.setAttribute('style', 'color: rgb(1, 2, 3)');
      await new Promise((done) => { image.onload = image.onerror = done; image.src = 'https://www.example.com/x.png'; document.body.append(image, style); });
      if (getComputedStyle(style).color === 'rgb(1, 2, 3)') through.push('a style in the page');
      return { through, violated: [...new Set(violated)].sort() };
    });
    sato.away = false;
    assert.deepEqual(taken.through, []);
    for (const directive of ['connect-src', 'img-src', 'require-trusted-types-for', 'style-src-attr', 'trusted-types']) assert(taken.violated.includes(directive), `${directive}: ${taken.violated}`);
  });
  await test('no script ran, nothing was fetched, no element was left behind', async () => {
    assert.deepEqual([...new Set(found)], []);
    assert.deepEqual(alarms, []);
  });
  await browser.close();
  await office.close();
  end();
}

run(main);
