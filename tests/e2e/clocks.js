'use strict';
/* Reminders in the browser, by a clock that the test moves: before a deadline, at it, to the next for want of an
   answer, and then the telephones; answered on the screen and by the link of a mail. */
const assert = require('assert');
const { test, end, run } = require('./tap');
const { Office, scenarioOf, sleep } = require('./office');
const { Person, launch } = require('./person');

const DUE = '速報（個人情報保護委員会）';

/* The page comes anew by itself when the case has another entry; a moved clock alone is no entry. */
async function until(person, path, wanted) {
  for (let i = 0; i < 60; i++) {
    await person.page.goto(person.office.url + path);
    if (wanted.test(await person.page.locator('main').innerText())) return;
    await sleep(100);
  }
  assert.match(await person.page.locator('main').innerText(), wanted);
}

async function main() {
  const office = await Office.open(scenarioOf('minami.yaml'), '2026-11-20T17:00');
  const browser = await launch();
  const alarms = [];
  const act = (name, as, fields) => office.run('act', name, '--as', as, ...(name.startsWith('notice') ? [] : name === 'intake.open' ? [] : ['--case', '1']),
    '--json', JSON.stringify(fields));
  const person = await Person.come(browser, office, '高橋誠', alarms);
  await person.enter();

  await test('a case with a duty of law', async () => {
    await office.clock('2026-11-20T17:05');
    act('notice.receive', '佐藤健/情報システム担当者', { channel: 'telephone', via: 'manager', subject: '誤送信', text: '台帳を送った', received: '2026-11-20T17:00' });
    act('intake.open', '佐藤健/情報システム担当者', { notices: ['n1'], title: '台帳の誤送信', mode: 'real' });
    act('triage.add_dataset', '佐藤健/情報システム担当者', { name: '台帳', body: '市長', personal: 'yes', my_number: 'no', encrypted: 'no' });
    act('duty.assess', '佐藤健/情報システム担当者', { dataset: 'd1', sensitive: 'yes', reason: '診断書' });
    act('clock.waive', '伊藤正樹/統括情報セキュリティ責任者', { clock: 'appi-persons/市長', reason: '本人に知らせた。一つの期限だけを追う' });
    await person.page.goto(`${office.url}/clocks`);
    assert.match(await person.page.locator('#clocks').innerText(), new RegExp(DUE));
    assert.doesNotMatch(await person.page.locator('#clocks').innerText(), /知らせ/);
  });

  await test('three hours before: on the desk and the board, with a way to answer', async () => {
    await office.clock('2026-11-24T21:00');
    await until(person, '/', /期限の知らせ/);
    assert.match(await person.page.locator('#reminders').innerText(), /に知らせました（期限の前・職務代理者まで）.*まだ誰も承知していません/s);
    await until(person, '/clocks', /に知らせました（期限の前・職務代理者まで）/);
  });

  await test('answered: it goes from the desk, and the board says by whom', async () => {
    await person.page.goto(`${office.url}/`);
    await person.click(person.page.locator('#reminders li', { hasText: DUE }).locator('a', { hasText: '承知した' }));
    assert.equal(await person.page.inputValue('[name=clock]'), 'appi-preliminary/市長');
    const sent = await person.send();
    assert(sent.done, sent.refused);
    await person.page.goto(`${office.url}/`);
    assert.doesNotMatch(await person.page.locator('main').innerText(), /まだ誰も承知していません[\s\S]*速報（個人情報保護委員会）（市長）/);
    await until(person, '/clocks', /承知　.*高橋誠/);
  });

  await test('at it and later nobody answers: the next, then the telephones', async () => {
    await office.clock('2026-11-25T00:00');
    await until(person, '/clocks', /に知らせました（期限の後・職務代理者まで）/);
    assert.equal(await person.page.locator('.unanswered').count(), 0);
    await office.clock('2026-11-25T00:31');
    await until(person, '/clocks', /に知らせました（応答がないため・上位まで）/);
    assert.equal(await person.page.locator('.unanswered').count(), 0);
    for (const time of ['01:02', '01:33', '02:04', '02:35', '03:06', '03:37']) { // one step of the chain after the other
      await office.clock(`2026-11-25T${time}`);
      await sleep(1500);
    }
    await until(person, '/clocks', /応答がありません。電話で伝えてください/);
    assert.match(await person.page.locator('.unanswered').first().innerText(), /伊藤正樹/);
  });

  await test('a restart repeats none', async () => {
    const before = office.json('case', 'show', '1').length;
    for (const one of [person]) one.away = true;
    await office.stop('SIGTERM');
    await office.start();
    await office.clock('2026-11-25T03:37');
    person.away = false;
    await sleep(1500);
    assert.equal(office.json('case', 'show', '1').length, before);
  });

  await test('no link that was not given out is answered', async () => {
    for (const token of ['1-p3-00000000000000000000000000000000', '1', 'x']) {
      const answer = await fetch(`${office.url}/ack/${token}`);
      assert.equal(answer.status, 404);
    }
  });

  await test('nothing that must not happen', async () => {
    assert.deepEqual(alarms, []);
  });
  await browser.close();
  await office.close();
  end();
}

run(main);
