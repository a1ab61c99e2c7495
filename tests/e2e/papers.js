'use strict';
/* The first papers, each by one click from the page where the officer works and by one command from the shell: the
   same paper, and the sheets to be written by hand. */
const assert = require('assert');
const childProcess = require('child_process');
const path = require('path');
const { test, note, end, run } = require('./tap');
const { Office } = require('./office');
const { Person, launch } = require('./person');
const { look, OUT } = require('./look');

/* page, what ends the link's address on it, the command's words, what the paper says. */
const table = [
  ['/cases/1/papers', 'form1/1.pdf', ['1', '--form', 'form1', '--issue', '1'], '事案の発生について報告（第1報）'],
  ['/cases/1/reports', 'form1/3.pdf', ['1', '--form', 'form1', '--issue', '3'], '事案の発生について報告（第3報）'],
  ['/cases/1/papers', 'intake/now.pdf', ['1', '--form', 'intake'], '通報受付票'],
  ['/cases/1/inquiries', 'request/1.pdf', ['1', '--form', 'request', '--issue', '1'], '情報セキュリティインシデントへの対応について'],
  ['/cases/1/reports', 'alert/1.pdf', ['1', '--form', 'alert', '--issue', '1'], '情報セキュリティに関する注意喚起'],
  ['/cases/1/papers', 'announcement/1.pdf', ['1', '--form', 'announcement', '--issue', '1'], '情報セキュリティインシデントの概要及び再発防止策について'],
  ['/cases/1/papers', 'prevention-draft/now.pdf', ['1', '--form', 'prevention-draft'], '再発防止策（案）'],
  ['/cases/1/papers', 'committee-minutes/1.pdf', ['1', '--form', 'committee-minutes', '--issue', '1'], '委員会の議事録'],
  ['/cases/1/papers', 'prevention-plan/1.pdf', ['1', '--form', 'prevention-plan', '--issue', '1'], '次の再発防止策を承認しました'],
  ['/cases/1/papers', 'convergence/1.pdf', ['1', '--form', 'convergence', '--issue', '1'], '収束宣言'],
  ['/cases/1/papers', 'review-agenda/now.pdf', ['1', '--form', 'review-agenda'], '反省会次第'],
  ['/cases/1/papers', 'review-minutes/1.pdf', ['1', '--form', 'review-minutes', '--issue', '1'], '反省会議事録'],
  ['/cases/1/papers', 'final-report/1.pdf', ['1', '--form', 'final-report', '--issue', '1'], '3　経過'.replace('　', '')],
  ['/cases/1/papers', 'conformity/now.pdf', ['1', '--form', 'conformity'], '計画履行状況表'],
  ['/cases/1/evidence', 'custody/1-now.pdf', ['1', '--form', 'custody', '--issue', '1', '--now'], '証拠の保管・受渡し記録（1）'],
  ['/cases/1/handover', 'handover/1-now.pdf', ['1', '--form', 'handover', '--issue', '1', '--now'], '引継書'],
  ['/cases/1/papers', 'register/now.pdf', ['1', '--form', 'register'], '対外的な対応・通知の記録簿'],
  ['/office', 'blank/intake.pdf', ['--blank', '--form', 'intake'], '電源を切らず、再起動せず'],
  ['/office', 'blank/custody.pdf', ['--blank', '--form', '証拠の保管・受渡し記録'], '渡す人と受ける人は'],
  ['/office', 'blank/form1.pdf', ['--blank', '--form', 'form1'], '(記入要領)'],
];

/* Without white space, the minute at which it was made, and where the journal stood then. */
function words(file) {
  return childProcess.execFileSync('pdftotext', ['-raw', '-enc', 'UTF-8', file, '-'], { encoding: 'utf8' })
    .split('\n').filter((line) => !/現在$|^照合|^内容の SHA-256/.test(line.trim())).join('').replace(/\s+/g, '');
}

async function main() {
  const office = await Office.open(null, null, 'minami.yaml');
  const browser = await launch();
  const alarms = [];
  const person = await (await Person.come(browser, office, '伊藤正樹', alarms)).enter();

  for (const [page, link, command, says] of table)
    await test(`${link} from ${page} and by shodo report ${command.join(' ')}`, async () => {
      if (!person.page.url().endsWith(page)) await person.page.goto(office.url + page);
      const target = person.page.locator(`main a[href$="/${link}"]`).first();
      const [download] = await Promise.all([person.page.waitForEvent('download'), person.click(target)]);
      const name = link.replace(/[/.]/g, '-');
      const clicked = path.join(OUT, `one-${name}.pdf`);
      const typed = path.join(OUT, `shell-${name}.pdf`);
      await download.saveAs(clicked);
      office.run('report', ...command, '-o', typed);
      assert(words(clicked).includes(says.replace(/\s+/g, '')), `${says}: ${words(clicked).slice(0, 400)}`);
      assert.equal(words(typed), words(clicked));
    });

  await test('what the case would have the items say, on the page and by the command', async () => {
    const typed = office.run('report', '1', '--form', 'mic', '--proposals');
    assert.match(typed, /4\. 被害・影響の範囲\n　把握した数、影響ホスト：.*人/);
    await person.page.goto(`${office.url}/cases/1/papers/mic`);
    const shown = (await person.page.locator('#proposals').innerText()).replace(/\s+/g, '');
    const proposals = office.json('report', '1', '--form', 'mic', '--proposals');
    assert(proposals.length >= 5);
    for (const one of proposals) assert(shown.includes(one.value.replace(/\s+/g, '')) || shown.includes('下書きと同じ'), one.label);
    assert.throws(() => office.run('report', '1', '--form', 'intake', '--proposals'), /計画にある様式ではありません/);
    assert.throws(() => office.run('report', '--blank', '--form', 'handover', '-o', path.join(OUT, 'x.pdf')), /という白紙はありません/);
  });
  await test('/office: axe, tidy, no wider than the screen', () => look(person, 'office-blanks', '/office'));
  await test('nothing that must not happen', async () => assert.deepEqual(alarms, []));
  note(`pictures: ${OUT}`);
  await browser.close();
  await office.close();
  end();
}

run(main);
