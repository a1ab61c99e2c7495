/* The rows of the office: its acts and its entries. */
#include "office/state.h"

#define ROW(verb, title_, right_, fields_, type, guard_, decide_, emits_, help_)              \
  {                                                                                           \
    .name = "office." verb, .title = title_, .right = right_, .scope = SCOPE_OFFICE,          \
    .fields = fields_, .size = sizeof(type), .guard = guard_, .decide = decide_,              \
    .emits = emits_, .help = help_                                                            \
  }
#define ADMIN(verb, title, fields, type, guard, emits, help) \
  ROW(verb, title, RIGHT_ADMINISTER, fields, type, guard, NULL, emits, help)

static const ActKind acts[] = {
  ROW("found", "運用を始める", RIGHT_ADMINISTER, found_fields, OfficeFound, found_guard, found_decide,
      &office_founded, "所属を開設し、最初のシステム管理者を登録します。init が一度だけ行います。"),
  ADMIN("adopt_plan", "計画の版を採用する", adopt_fields, OfficeAdopt, adopt_guard, &office_plan_adopted,
        "その日以後に起こす事案が従う計画の版を決めます。"),
  ADMIN("add_person", "職員を登録する", add_person_fields, OfficePerson, person_guard, &office_person_added,
        "連絡先とともに職員を登録します。"),
  ADMIN("change_person", "職員の登録内容を変える", change_person_fields, OfficePerson, person_guard,
        &office_person_changed, "書いた項目だけが変わります。"),
  ADMIN("add_department", "所属を登録する", department_fields, OfficeDepartment, department_guard,
        &office_department_added, "課・室などを、その実施機関とともに登録します。"),
  ADMIN("add_post", "職を設ける", post_fields, OfficePost, post_guard, &office_post_added,
        "計画が名指ししない職（各課の情報セキュリティ管理者など）を設け、役割を結び付けます。"),
  ADMIN("appoint", "職に就ける", appoint_fields, OfficeAppoint, appoint_guard, &office_appointed,
        "職員を着任日から職に就けます。一人の職員が複数の職を兼ねることもできます。"),
  ADMIN("relieve", "職を解く", relieve_fields, OfficeRelieve, relieve_guard, &office_relieved,
        "離任日（在職する最後の日）を記録します。"),
  ADMIN("set_deputies", "職務代理を定める", deputies_fields, OfficeDeputies, deputies_guard,
        &office_deputies_set, "その期間、計画の定めに代えて、職務を代理する職を順に定めます。"),
  ADMIN("add_outside", "外部の相手方を登録する", add_outside_fields, OfficeOutside, outside_guard,
        &office_outside_added, "外部委託事業者・専門家・関係機関を、連絡先とともに登録します。"),
  ADMIN("change_outside", "外部の相手方の内容を変える", change_outside_fields, OfficeOutside, outside_guard,
        &office_outside_changed, "書いた項目だけが変わります。"),
  ADMIN("close_days", "閉庁日を定める", close_days_fields, OfficeClosedDays, close_days_guard, &office_days_closed,
        "土日・祝日・年末年始のほかに市の事務所を閉める日です。市の開庁日で数える期限が動きます。"),
  ADMIN("open_days", "閉庁日を取り消す", open_days_fields, OfficeOpenedDays, NULL, &office_days_opened,
        "定めた閉庁日を取り消します。"),
  ADMIN("load_holidays", "祝日の表を採り入れる", load_holidays_fields, OfficeHolidays, load_holidays_guard,
        &office_holidays_loaded, "内閣府が公表する祝日の表を読み込みます。表にある年の祝日は、すべて表のとおりに置き換わります。"),
  ADMIN("confirm_rule", "規則を確認する", confirm_rule_fields, OfficeConfirmedRule, NULL, &office_rule_confirmed,
        "未確認の期限の規則を、法令等の本文で確かめたことを記録します。"),
  ADMIN("keep_logs", "記録の保存日数を定める", keep_logs_fields, OfficeKeptLogs, keep_logs_guard, &office_logs_kept,
        "システムの記録（ログ）が何日で上書きされるかです。事案でそのシステムが挙がると、保全の期限が動きます。"),
  ROW("erase", "個人情報を消去する", RIGHT_DECIDE, erase_fields, OfficeErase, erase_guard, NULL,
      &office_erased, "番号で指した記録の個人情報を消去します。記録があったことと消去したことは残ります。"),
};

static const EntryKind *const entries[] = {
  &office_founded,       &office_plan_adopted, &office_person_added,    &office_person_changed,
  &office_password_set,  &office_department_added, &office_post_added,  &office_appointed,
  &office_relieved,      &office_deputies_set, &office_outside_added,   &office_outside_changed,
  &office_erased,        &office_days_closed,  &office_days_opened,     &office_holidays_loaded,
  &office_rule_confirmed, &office_logs_kept, &office_law_used,
};

const Domain office_domain = {
  "office", acts, G_N_ELEMENTS(acts), entries, G_N_ELEMENTS(entries),
};
