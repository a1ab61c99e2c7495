'use strict';
/* Nobody's text is lost: the server dies in the middle, another tab writes on, the line drops, the page is left, scripts
   are off, another person writes the same report.  By clicks and keys. */
const assert = require('assert');
const { test, end, run } = require('./tap');
const { Office } = require('./office');
const { Person, launch } = require('./person');

const SAVED = /書きかけを保存しました/;
const FORM = '/cases/1/do/aftermath.addend';
const FIELD = '#f-text';

/* The form of FIELD says that the server has what was typed. */
async function saved(page) {
  await page.locator('.draft-state', { hasText: SAVED }).waitFor();
}

async function typed(page, text) {
  await page.locator(FIELD).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

async function main() {
  const office = await Office.open(null, null, ['minami.yaml', 'jitsuen.yaml']);
  const browser = await launch();
  const alarms = [];
  const sato = await (await Person.come(browser, office, '佐藤健', alarms)).enter();
  const page = sato.page;
  const where = office.url + FORM;

  await test('what is typed is at the server a second later, and comes back after it was killed', async () => {
    await page.goto(where);
    await typed(page, '業者から部品の見積りが届いた');
    await saved(page);
    sato.away = true;
    await office.stop('SIGKILL');
    await office.start();
    await page.evaluate(() => localStorage.clear());
    await page.goto(where);
    await page.locator('.restored').waitFor();
    assert.equal(await page.inputValue(FIELD), '業者から部品の見積りが届いた');
    sato.away = false;
  });

  await test('it is seen by whoever wrote it and nobody else', async () => {
    const takahashi = await (await Person.come(browser, office, '高橋誠', alarms)).enter();
    await takahashi.page.goto(where);
    await takahashi.page.locator('form[data-loaded]').waitFor();
    assert.equal(await takahashi.page.inputValue(FIELD), '');
    await takahashi.leave();
  });

  const second = await sato.context.newPage();
  await test('another tab goes on with it', async () => {
    await second.goto(where);
    await second.locator('.restored').waitFor();
    assert.equal(await second.inputValue(FIELD), '業者から部品の見積りが届いた');
    await typed(second, '。20万円');
    await saved(second);
  });

  await test('what two tabs wrote is shown side by side; the other tab is chosen', async () => {
    await typed(page, '。夕方に返事をする');
    const box = page.locator('.conflict');
    await box.waitFor();
    const text = await box.innerText();
    assert.match(text, /この画面の入力[\s\S]*夕方に返事をする/);
    assert.match(text, /別の画面の入力[\s\S]*20万円/);
    await box.getByRole('button', { name: '別の画面の入力を使う' }).click();
    assert.equal(await page.inputValue(FIELD), '業者から部品の見積りが届いた。20万円');
    assert.match(await page.locator('.left-out').evaluate((e) => e.textContent), /夕方に返事をする/);
  });

  await test('again, and what stands in this tab is chosen: the server then has it', async () => {
    await typed(second, '（税込み）');
    await second.locator('.draft-state', { hasText: SAVED }).waitFor();
    await second.waitForFunction(() => Object.keys(localStorage).some((k) => k.startsWith('shodo-draft') && JSON.parse(localStorage.getItem(k)).synced && localStorage.getItem(k).includes('税込み')));
    await typed(page, '、11月中に納入');
    const box = page.locator('.conflict');
    await box.waitFor();
    await box.getByRole('button', { name: 'この画面の入力を残す' }).click();
    await page.waitForFunction(() => Object.keys(localStorage).some((k) => k.startsWith('shodo-draft') && JSON.parse(localStorage.getItem(k)).synced && localStorage.getItem(k).includes('11月中に納入')));
    const draft = await page.evaluate((name) => fetch(`/drafts/${name}`).then((r) => r.json()), await page.getAttribute('form[data-draft]', 'data-draft'));
    assert(JSON.stringify(draft.fields).includes('20万円、11月中に納入'), JSON.stringify(draft));
  });
  await second.close({ runBeforeUnload: false });

  await test('with the line dropped it stays here, and goes to the server when it is back', async () => {
    sato.away = true;
    await office.stop('SIGTERM');
    await typed(page, '。承知した');
    await page.locator('.draft-state', { hasText: /この端末に残しています/ }).waitFor();
    await office.start();
    await page.locator('.draft-state', { hasText: SAVED }).waitFor({ timeout: 30000 });
    sato.away = false;
    const draft = await page.evaluate((name) => fetch(`/drafts/${name}`).then((r) => r.json()), await page.getAttribute('form[data-draft]', 'data-draft'));
    assert(JSON.stringify(draft.fields).includes('承知した'), JSON.stringify(draft));
  });

  await test('leaving with unsent text asks', async () => {
    const asked = new Promise((done) => page.once('dialog', (dialog) => done(dialog.type())));
    await page.locator('.crumb a').first().click();
    assert.equal(await asked, 'beforeunload');
  });

  await test('sent, it is gone from the server too, and the form is empty', async () => {
    await page.goto(where);
    await page.locator('.restored').waitFor();
    const name = await page.getAttribute('form[data-draft]', 'data-draft');
    const sent = await sato.send();
    assert(sent.done, sent.refused);
    const draft = await page.evaluate((n) => fetch(`/drafts/${n}`).then((r) => r.json()), name);
    assert.equal(draft.version, 0);
    await page.goto(where);
    await page.locator('form[data-loaded]').waitFor();
    assert.equal(await page.inputValue(FIELD), '');
  });

  await test('thrown away, it is gone', async () => {
    await typed(page, '消す文');
    await saved(page);
    await page.goto(where);
    await page.locator('.restored button').click();
    assert.equal(await page.inputValue(FIELD), '');
    await page.waitForFunction((n) => fetch(`/drafts/${n}`).then((r) => r.json()).then((d) => d.version === 0), await page.getAttribute('form[data-draft]', 'data-draft'));
  });

  await test('a form that opens with advice gives it back too', async () => {
    const advised = `${office.url}/cases/2/do/recovery.restore`;
    for (const again of [false, true]) {
      await page.goto(advised);
      await page.locator('.advice').waitFor();
      if (again) {
        await page.locator('.restored').waitFor();
        assert.equal(await page.inputValue('#f-system'), '予約サーバ');
        await page.locator('.restored button').click();
        assert.equal(await page.inputValue('#f-system'), '');
      } else {
        await page.locator('#f-system').click();
        await page.keyboard.type('予約サーバ');
        await saved(page);
      }
    }
  });

  await test('a form recorded onto a page with advice opens empty', async () => {
    const form = `${office.url}/cases/2/do/response.stop_service`;
    const sent = await sato.act({ as: '佐藤健/情報システム担当者', act: 'response.stop_service',
      fields: { service: '予約サイト', action: 'stop', decided_by: '高橋誠', consent: 'not-reached', lost: '予約' } }, 2);
    assert(sent.done, sent.refused);
    await page.locator('#remains').waitFor();
    await page.goto(form);
    await page.locator('form[data-loaded]').waitFor();
    assert.equal(await page.locator('.restored').count(), 0);
    assert.equal(await page.inputValue('#f-lost'), '');
  });

  await test('the conflict is read by axe and fits the telephone', async () => {
    await page.setViewportSize({ width: 360, height: 780 });
    await page.goto(where);
    const other = await sato.context.newPage();
    await other.goto(where);
    await other.locator('form[data-loaded]').waitFor();
    await typed(other, '電話で書いた文<img src=x onerror=alert(1)>');
    await saved(other);
    await typed(page, '</dd><script>alert(2)</script>ここで書いた文');
    await page.locator('.conflict').waitFor();
    const both = await page.locator('.conflict .column dd').allTextContents();
    for (const text of ['電話で書いた文<img src=x onerror=alert(1)>', '</dd><script>alert(2)</script>ここで書いた文']) assert(both.some((one) => one.includes(text)), both.join('｜'));
    assert.equal(await page.locator('.conflict img, .conflict script').count(), 0);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert(over <= 0, `${over} px too wide`);
    await page.evaluate(`${require('fs').readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')};0`);
    const violations = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id)));
    assert.deepEqual(violations, []);
    if (process.env.SHODO_TEST_OUT) await page.screenshot({ path: `${process.env.SHODO_TEST_OUT}/conflict.png` });
    await other.close({ runBeforeUnload: false });
  });

  await test('a form with a field called dataset has a draft of its own', async () => {
    await page.goto(`${office.url}/cases/2/do/triage.state`);
    assert(await page.locator('form[data-draft] [name=dataset]').count(), 'the form of facts has no such field any more');
    await page.fill('#f-text', '事実として書きかけた文');
    await saved(page);
    const own = await page.getAttribute('form[data-draft]', 'data-draft');
    const kept = await page.evaluate((n) => fetch(`/drafts/${n}`).then((r) => r.json()), own);
    assert(JSON.stringify(kept.fields).includes('事実として書きかけた文'), JSON.stringify(kept));
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((k) => /undefined|object/.test(k))), []);
    await page.goto(`${office.url}/cases/2/do/duty.assess`);
    await page.locator('form[data-loaded]').waitFor();
    assert.notEqual(await page.getAttribute('form[data-draft]', 'data-draft'), own);
    assert.equal(await page.locator('.restored').count(), 0);
    await page.goto(`${office.url}/cases/2/do/triage.state`);
    await page.locator('.restored').waitFor();
    assert.equal(await page.inputValue('#f-text'), '事実として書きかけた文');
  });

  /* --- a report's draft in parts, by two people --- */
  const REPORT = `${office.url}/cases/2/do/reporting.draft?form=form1`;
  const box = (one, key) => one.page.locator(`#item-${key} textarea`);
  const part = async (one, n) => {
    await one.page.goto(`${REPORT}&part=${n}`);
    await one.page.locator('form[data-loaded]').waitFor();
  };
  const record = async (one) => {
    await Promise.all([one.page.waitForNavigation(), one.click('main form button.primary')]);
    return one.page.locator('.refusal').count();
  };
  const stands = async (key) => {
    await reader.page.goto(`${REPORT}&item=${key}`);
    return box(reader, key).inputValue();
  };
  const suzuki = await (await Person.come(browser, office, '鈴木彩', alarms)).enter();
  const reader = await (await Person.come(browser, office, '高橋誠', alarms, { javaScriptEnabled: false })).enter();

  await test('what is typed in one part stays there while another is written, and nobody is asked', async () => {
    const dialogs = [];
    page.on('dialog', (dialog) => dialogs.push(dialog.type()));
    await part(sato, 1);
    dialogs.length = 0;
    await box(sato, '1-3').fill('書きかけの場所');
    await Promise.all([page.waitForNavigation(), sato.click('.parts li:nth-child(2) a')]);
    await page.locator('form[data-loaded]').waitFor();
    assert.equal(await page.locator('.restored').count(), 0);
    assert.match(await page.locator('.parts li').first().innerText(), /書きかけあり/);
    await box(sato, '3').fill('書きかけの原因');
    await saved(page);
    await Promise.all([page.waitForNavigation(), sato.click('.parts li:nth-child(1) a')]);
    await page.locator('.restored').waitFor();
    assert.equal(await box(sato, '1-3').inputValue(), '書きかけの場所');
    assert.deepEqual(dialogs, []);
    await Promise.all([page.waitForNavigation(), sato.click('.parts li:nth-child(2) a')]);
    await page.locator('.restored').waitFor();
    assert.equal(await box(sato, '3').inputValue(), '書きかけの原因');
  });

  await test('different parts by two people: both are kept', async () => {
    await part(suzuki, 1);
    await box(suzuki, '1-1').fill('鈴木の種類');
    assert.equal(await record(sato), 0);
    assert.equal(await record(suzuki), 0);
    assert.match(suzuki.page.url(), /part=2&done=\d+#part$/);
    assert.match(await suzuki.page.locator('.said').innerText(), /記録しました/);
    assert.equal(await box(suzuki, '3').inputValue(), '書きかけの原因');
    assert.equal(await stands('1-1'), '鈴木の種類');
    assert.equal(await stands('3'), '書きかけの原因');
  });

  await test('what was typed on an older draft comes back over what others have written since', async () => {
    await part(suzuki, 1);
    await box(suzuki, '1-2').fill('鈴木の日時');
    assert.equal(await record(suzuki), 0);
    await part(sato, 1);
    await page.locator('.restored').waitFor();
    assert.equal(await box(sato, '1-1').inputValue(), '鈴木の種類');
    assert.equal(await box(sato, '1-2').inputValue(), '鈴木の日時');
    assert.equal(await box(sato, '1-3').inputValue(), '書きかけの場所');
    assert.equal(await record(sato), 0);
    assert.equal(await stands('1-2'), '鈴木の日時');
    assert.equal(await stands('1-3'), '書きかけの場所');
  });

  await test('the same item by two people: both texts are shown, none is lost, and sent again it is recorded', async () => {
    await part(sato, 1);
    await part(suzuki, 1);
    await box(suzuki, '1-4').fill('鈴木の概要');
    await box(sato, '1-4').fill('佐藤の概要');
    await saved(page);
    assert.equal(await record(suzuki), 0);
    assert.equal(await record(sato), 1);
    assert.match(await page.locator('.refusal').innerText(), /「\(4\) 発生した事案の概要」は、この画面を開いた後に書き改められています/);
    assert.match(await page.locator('#item-1-4 .theirs').innerText(), /^鈴木彩さんが[\s\S]*に記録した文（記入）[\s\S]*鈴木の概要/);
    assert.equal(await box(sato, '1-4').inputValue(), '佐藤の概要');
    assert.equal(await stands('1-4'), '鈴木の概要');
    for (const [width, dark] of [[360, false], [1280, true]]) {
      await page.setViewportSize({ width, height: 780 });
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
      assert((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0, 'too wide');
      await page.evaluate(`${require('fs').readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')};0`);
      assert.deepEqual(await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id))), []);
      if (process.env.SHODO_TEST_OUT) await page.screenshot({ path: `${process.env.SHODO_TEST_OUT}/parts-conflict-${width}.png`, fullPage: true });
    }
    await box(sato, '1-4').fill('鈴木の概要。佐藤の概要');
    assert.equal(await record(sato), 0);
    assert.equal(await stands('1-4'), '鈴木の概要。佐藤の概要');
    assert.equal(await page.locator('.restored').count(), 0);
  });

  await test('what was refused for the other\'s text is kept, and the other\'s text may be left as it is', async () => {
    await part(sato, 1);
    await part(suzuki, 1);
    await box(suzuki, '1-4').fill('鈴木が直した概要');
    await box(sato, '1-4').fill('佐藤が直した概要');
    assert.equal(await record(suzuki), 0);
    assert.equal(await record(sato), 1);
    await saved(page);
    await part(sato, 1);
    await page.locator('.restored').waitFor();
    assert.equal(await box(sato, '1-4').inputValue(), '佐藤が直した概要');
    await part(suzuki, 1);
    await box(suzuki, '1-4').fill('鈴木がまた直した概要');
    assert.equal(await record(suzuki), 0);
    assert.equal(await record(sato), 1);
    await page.locator('#item-1-4 .theirs input').check();
    assert.equal(await record(sato), 0);
    assert.equal(await stands('1-4'), '鈴木がまた直した概要');
  });

  await test('without scripts too', async () => {
    await part(sato, 3);
    await reader.page.goto(`${REPORT}&part=3`);
    await box(sato, '9').fill('佐藤の記事');
    await box(reader, '9').fill('高橋の記事');
    await box(reader, '8').fill('高橋の対外');
    assert.equal(await record(sato), 0);
    assert.equal(await record(reader), 1);
    assert.match(await reader.page.locator('#item-9 .theirs').innerText(), /佐藤健さんが[\s\S]*佐藤の記事/);
    assert.equal(await reader.page.locator('#item-8 .theirs').count(), 0);
    assert.equal(await record(reader), 0);
    assert.match(reader.page.url(), /\/cases\/2\/papers\/form1\?done=\d+$/);
    assert.match(await reader.page.locator('#paper').innerText(), /高橋の対外[\s\S]*高橋の記事/);
  });
  await suzuki.leave();
  await reader.leave();

  await test('a star is set, and taken back with one click', async () => {
    const star = (name) => page.locator('form.star button', { hasText: name });
    await page.goto(`${office.url}/cases/2`);
    await Promise.all([page.waitForNavigation(), star('印を付ける').click()]);
    await star('印を外す').waitFor();
    await Promise.all([page.waitForNavigation(), page.locator('.said button', { hasText: '元に戻す' }).click()]);
    await star('印を付ける').waitFor();
  });

  await test('a notice is linked, and taken back with one click', async () => {
    await page.goto(`${office.url}/new`);
    await sato.type('#f-subject', '別件らしい電話');
    await sato.type('#f-text', '別の課から、似た症状の電話があった。');
    await sato.fillField('channel', 'telephone');
    await sato.fillField('via', 'manager');
    await sato.type('#f-sender', '小林茂');
    await Promise.all([page.waitForNavigation(), page.locator('main button', { hasText: '受け付けるだけ' }).click()]);
    const notices = () => page.evaluate(() => fetch('/cases/2/contacts').then((r) => r.text())).then((text) => text.includes('別件らしい電話'));
    await page.goto(`${office.url}/cases/2/do/intake.link`);
    await sato.choose(page.locator('#f-notice'), await page.locator('#f-notice option', { hasText: '別件らしい電話' }).getAttribute('value'));
    const sent = await sato.send();
    assert(sent.done, sent.refused);
    assert(await notices(), 'the notice is not linked');
    await Promise.all([page.waitForNavigation(), page.locator('.said button', { hasText: '元に戻す' }).click()]);
    assert(!await notices(), 'the notice is still linked');
  });

  await test('without scripts a refused form keeps what was typed', async () => {
    const suzuki = await (await Person.come(browser, office, '鈴木彩', alarms, { javaScriptEnabled: false })).enter();
    await suzuki.page.goto(`${office.url}/new`);
    await suzuki.page.fill('#f-text', '打った文は残る\n二行目');
    await suzuki.page.fill('#f-sender', '山本真理');
    await suzuki.page.evaluate(() => document.querySelectorAll('[required]').forEach((e) => e.removeAttribute('required'))).catch(() => {});
    await suzuki.page.fill('#f-subject', '　');
    await Promise.all([suzuki.page.waitForNavigation(), suzuki.page.locator('main form button.primary').click()]);
    assert.equal(await suzuki.page.inputValue('#f-text'), '打った文は残る\n二行目');
    assert.equal(await suzuki.page.inputValue('#f-sender'), '山本真理');
    assert.match(await suzuki.page.locator('.refusal').innerText(), /要旨/);
    await suzuki.leave();
  });

  await test('nothing that must not happen: no report of the content policy, no script error, no 5xx', async () => {
    assert.deepEqual(alarms, []);
  });
  await browser.close();
  await office.close();
  end();
}

run(main);
