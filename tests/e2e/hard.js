'use strict';
/* What tries a page: names as long as they get, characters that few fonts have, 200 records, a restricted case.
   Played after minami.yaml and jitsuen.yaml; the case of 200 records is R9-003, the restricted one R9-004. */

/* 40 characters; 葛 with a variation selector, 𠮷 outside the basic plane, a combining mark, signs of one machine only. */
const PERSON = '葛\u{e0100}城𠮷野マクシミリアーネ・ヴィルヘルミーネ＝フォン・ローゼンクランツか\u3099千代子';
const DEPARTMENT = '地域共生社会推進及び生活困窮者自立支援並びに重層的支援体制整備担当課別館第二分室';
const OUTSIDE = '一般社団法人広域自治体情報システム共同利用推進機構南九州支部運用監視受託㈱';
const TITLE = '住民記録システム及び国民健康保険システムの更新作業中に委託先から送られた設定ファイルを開いた端末で、見慣れない通信が続いている';
const HOST = 'KYODO-RIYO-MINAMIKYUSHU-JUMIN-KIROKU-BACKUP-SV-0001.intra.example.lg.jp';
const OPERATOR = '佐藤健/情報システム担当者';

const at = '2027-06-03T09:36';
const step = (as, act, rest) => ({ at, as, act, ...rest });
const minute = (i) => `2027-06-03T0${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}`;

const lines = [
  '𠮷田さん（葛\u{e0100}城支所）から電話。端末の画面が固まったまま。', 'サーバ室でLANケーブル抜線',
  '委託先の夜間窓口に3回目の電話。担当者は移動中で、折り返しを待つ。', '防犯カメラの映像の保存を依頼した。保存の期間は14日。',
  '議会事務局から問合せ。公表の時期は責任者が決めると伝えた。①㈱ﾊﾝｶｸ も読める。',
];

function records(n) {
  return Array.from({ length: n }, (_, i) => step(OPERATOR, 'record.add', {
    case: 'A', happened: minute(i), fields: { sort: i % 3 ? 'work' : 'call', text: `${lines[i % lines.length]}（その${i + 1}）` },
  }));
}

function notice(subject, opens, id) {
  return [
    step(OPERATOR, 'notice.receive', { fields: { channel: 'telephone', received: '2027-06-03T00:01', via: 'manager', subject, text: `${PERSON}さんから電話があった。`, sender: PERSON, contact: '内線3999' } }),
    step(OPERATOR, 'intake.open', { opens, fields: { title: subject, notices: [id], mode: 'real' } }),
  ];
}

module.exports = {
  scenario: {
    name: '長い名前と多い記録',
    plan: 'plans/miyazaki.yaml',
    clock: '2027-06-03T09:36',
    steps: [
      step('管理者/administrator', 'office.add_department', { fields: { name: DEPARTMENT, body: '市長' } }),
      step('管理者/administrator', 'office.add_person', { fields: { name: PERSON, department: DEPARTMENT, phone: '内線3999', mobile: '0985-00-3999', mail: 'katsuragi.yoshino.maximiliane@minami.example.lg.jp' } }),
      step('管理者/administrator', 'office.appoint', { fields: { person: PERSON, post: '情報システム担当者', from: '2027-04-01' } }),
      step('管理者/administrator', 'office.add_outside', { fields: { name: OUTSIDE, kind: 'contractor', contact: '夜間休日緊急連絡受付係', telephone: '0985-00-7101', out_of_hours: '0985-00-7102' } }),
      ...notice(TITLE, 'A', 'n4'),
      step(OPERATOR, 'triage.mark_host', { case: 'A', fields: { name: HOST, kind: 'server', department: DEPARTMENT, state: 'suspected', reason: '設定ファイルを開いた端末から届く範囲にある' } }),
      step(OPERATOR, 'evidence.register', { case: 'A', fields: { item: 'ファイアウォールの通信の記録（6月2日18時から6月3日9時まで、全系統、圧縮前）', kind: 'log', acquired: '2027-06-03T08:40', acquired_from: HOST, place: DEPARTMENT, acquired_by: PERSON } }),
      step('伊藤正樹/統括情報セキュリティ責任者', 'response.request', { case: 'A', fields: { party: OUTSIDE, kind: 'preserve', what: `${HOST} の記録を消さずに残すこと。`, due: '2027-06-03T09:38' } }),
      step(OPERATOR, 'handover.write', { case: 'A', fields: { to: PERSON, open: `${HOST} の通信の記録を写している。あと2時間ほどかかる。`, promises: `${OUTSIDE}へ10時に電話する。`, awaited: '住民課からの折返し' } }),
      ...records(200),
      ...notice('限定の事案（職員の非違の疑い）', 'B', 'n5'),
      step('伊藤正樹/統括情報セキュリティ責任者', 'access.restrict', { case: 'B', fields: { reason: '職員の非違の疑いがあるため' } }),
    ],
  },
  PERSON,
};
