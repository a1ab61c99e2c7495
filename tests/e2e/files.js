'use strict';
/* A file sent, registered and fetched again by a browser without scripts, at two ports of loopback; the pictures of the
   page, empty and with files, are for the eye (in SHODO_TEST_OUT/look). */
const assert = require('assert');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { test, end, run } = require('./tap');
const { Office } = require('./office');
const { Person, launch } = require('./person');

const OUT = path.join(process.env.SHODO_TEST_OUT || '.', 'look');
const NAME = '通信ログ <b>1月& "控え".bin';

async function pictures(person, name) {
  fs.mkdirSync(OUT, { recursive: true });
  for (const width of [360, 1280]) {
    await person.page.setViewportSize({ width, height: 800 });
    await person.page.screenshot({ path: path.join(OUT, `${name}-${width}.png`), fullPage: true });
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name} is ${wide} wide at ${width}`);
  }
}

run(async () => {
  const office = await Office.open(null, null, 'minami.yaml');
  const browser = await launch();
  const alarms = [];
  const bytes = crypto.randomBytes(3 * 1024 * 1024 + 17);
  const digest = crypto.createHash('sha256').update(bytes).digest('hex');
  const file = path.join(office.dir, 'evidence.bin');
  fs.writeFileSync(file, bytes);
  const person = await Person.come(browser, office, '佐藤健', alarms, { javaScriptEnabled: false, acceptDownloads: true });
  await person.enter();
  const { page } = person;

  await test('a file is sent and leads to its registering', async () => {
    await page.goto(`${office.url}/cases/1/evidence`);
    await page.click('#all-rooms > summary');
    await page.click('a[href="/cases/1/files"]');
    await pictures(person, 'files-empty');
    await page.setInputFiles('#file', { name: NAME, mimeType: 'text/html', buffer: bytes });
    await page.click('main button.primary');
    await page.waitForURL((url) => url.pathname === '/cases/1/do/evidence.register');
    assert.strictEqual(await page.inputValue('[name=sha256]'), digest);
    assert.strictEqual(await page.inputValue('[name=size]'), String(bytes.length));
    assert.ok((await page.inputValue('[name=item]')).includes('通信ログ <b>1月& "控え".bin'));
  });
  await test('sent and not yet registered is said, with the way', async () => {
    await page.goto(`${office.url}/cases/1/files`);
    await pictures(person, 'files');
    assert.ok((await page.innerText('#received')).includes('台帳に未登録'));
    assert.ok((await page.innerText('#received')).includes(digest));
    await page.click('#received td a');
    await page.waitForURL((url) => url.pathname === '/cases/1/do/evidence.register');
    assert.strictEqual(await page.inputValue('[name=sha256]'), digest);
  });
  await test('the same bytes come back, as a download', async () => {
    await page.goto(`${office.url}/cases/1/files`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#received th a')]);
    const kept = path.join(office.dir, 'kept');
    await download.saveAs(kept);
    assert.ok(fs.readFileSync(kept).equals(bytes));
    assert.ok(download.suggestedFilename().startsWith('通信ログ'), download.suggestedFilename());
  });
  await test('the address of an upload serves once', async () => {
    await page.goto(`${office.url}/cases/1/files`);
    const action = await page.getAttribute('main form', 'action');
    await page.setInputFiles('#file', file);
    await page.click('main button.primary');
    await page.waitForURL((url) => url.pathname === '/cases/1/do/evidence.register');
    await page.goBack();
    assert.strictEqual((await fetch(action, { method: 'POST', body: 'x' })).status, 404);
  });
  await test('nothing else happened', async () => assert.deepStrictEqual(alarms, []));
  await browser.close();
  await office.close();
  end();
});
