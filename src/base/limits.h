/* Every limit of the program, in one place (promise 13).
 * Beyond a limit the answer is a Japanese error that names it; nothing is cut. */
#ifndef SHODO_BASE_LIMITS_H
#define SHODO_BASE_LIMITS_H

#define LIMIT_LEAF 512                      /* bytes of an envelope */
#define LIMIT_BODY (1024 * 1024)            /* bytes of a structural or a personal body */
#define LIMIT_CASE_RECORDS 20000            /* entries of one case */
#define LIMIT_LINE 200                      /* characters of a single-line field */
#define LIMIT_TEXT 20000                    /* characters of a free text */
#define LIMIT_FORM_WHOLE 8                  /* items of a form that is written on one page, when its plan names no parts */
#define LIMIT_REPORT_VALUE 8000             /* characters of one item of a report: forty of them stay under LIMIT_BODY */
#define LIMIT_FINDINGS 200                  /* findings told of one request */
#define LIMIT_LIST 1000                     /* items of a list field */
#define LIMIT_ROOM_ROWS 300                 /* rows of a table of a room, before 「すべて」 */
#define LIMIT_DIFF ((gsize)1 << 20)         /* cells in which two texts are compared */
#define LIMIT_JSON (2 * 1024 * 1024)        /* bytes of a JSON document */
#define LIMIT_JSON_DEPTH 32
#define LIMIT_YAML (1024 * 1024)            /* bytes of a plan or a scenario */
#define LIMIT_YAML_DEPTH 32
#define LIMIT_YAML_NODES 100000
#define LIMIT_PLAN_ERRORS 50                /* errors of a plan shown at once */
#define LIMIT_ADDRESS 254                   /* characters of a mail address */
#define LIMIT_MAIL_SUBJECT 100              /* characters of a subject that an act gives; the rest is cut with … */
#define LIMIT_MAIL_TEXT 100000              /* characters of a mail's text */
#define LIMIT_MAIL_RECIPIENTS 100           /* recipients of one entry, which is read for each of them; more are told in further ones */
#define LIMIT_MAIL_DIGEST 100               /* mails gathered into one */
#define LIMIT_MAIL_WORDS 500                /* characters kept of what a relay answers */
#define LIMIT_MAIL_IN (24 * 1024 * 1024)    /* bytes of a mail that is received */
#define LIMIT_MAIL_HEAD (1024 * 1024)       /* bytes of its header, before the first empty line */
#define LIMIT_MAIL_HEADER (16 * 1024)       /* bytes of one field that are read */
#define LIMIT_MAIL_LINES 1000000            /* lines of it */
#define LIMIT_MAIL_NESTED 1000              /* places where a part could begin to hold others */
#define LIMIT_MAIL_DEPTH 30                 /* parts within parts that are looked into */
#define LIMIT_MAIL_PARTS 500                /* parts that are looked at */
#define LIMIT_MAIL_IDS 50                   /* Message-IDs taken from it */
#define LIMIT_MAIL_READ (128 * 1024)        /* bytes read of one of its texts */
#define LIMIT_MAIL_SHOWN 20000              /* characters kept of its text; the original has the rest */
#define LIMIT_MAIL_SECONDS 20               /* to read it */
#define LIMIT_MAIL_EVENTS 200               /* entries of one mail that are shown */
#define LIMIT_RECEIVED_UNSORTED 2000        /* received mails that nobody looked at; beyond them mail waits where it came from */
#define LIMIT_CASE_REPLIES 500              /* replies that go to one case by themselves */
#define LIMIT_MAILS_WAITING 200000          /* mails waiting; beyond them acts queue none and say so */
#define LIMIT_DESTINATIONS 32               /* destinations of events, those switched off counted */
#define LIMIT_TELL_FILE (64 * 1024)         /* bytes of the file that says whom may be told, and of its certificates */
#define LIMIT_TELL_ALLOWS 64                /* rows of that file */
#define LIMIT_TELL_URL 500                  /* characters of a destination's URL */
#define LIMIT_TELL_ANSWER 4096              /* bytes read of what a destination answers */
#define LIMIT_TELL_SECONDS 20               /* from the connection to the end of its answer */
#define LIMIT_TELL_FLIGHTS 8                /* destinations spoken to at once */
#define LIMIT_TELL_DAYS 3                   /* of trying again after which a destination is stopped */
#define LIMIT_SYSLOG_BEHIND 10000           /* entries that syslog may be behind; older ones are dropped, and counted */
#define LIMIT_SYSLOG_NOTICES 100            /* of what the server noticed itself, waiting for syslog */
#define LIMIT_CSV (4 * 1024 * 1024)         /* bytes of an imported table */
#define LIMIT_HOLIDAYS 4000                 /* rows of a table of holidays: two centuries of them */
#define LIMIT_CLOSED_DAYS 366               /* days of one closure of the city's office */
#define LIMIT_RETENTION_DAYS 3660           /* days that a log is kept */
#define LIMIT_PAPER (16 * 1024 * 1024)      /* bytes of a paper's JSON */
#define LIMIT_PAPER_BLOCKS 20000            /* blocks of a paper */
#define LIMIT_PAPER_ROWS 30000              /* rows of one of its tables */
#define LIMIT_PAPER_COLUMNS 12              /* columns of one of its tables */
#define LIMIT_PAPER_PAGES 3000              /* pages it may come to */
#define LIMIT_BATCH 1024                    /* entries of one commit */
#define LIMIT_PENDING 8192                  /* entries waiting for a commit before acts are refused */
#define LIMIT_DISK_FREE (16 * 1024 * 1024)    /* bytes left on the disk below which acts are refused */
#define LIMIT_HEAD (16 * 1024)              /* bytes of the head of an HTTP request */
#define LIMIT_HEAD_FIELDS 100
#define LIMIT_TARGET 4096                   /* bytes of a request-target */
#define LIMIT_CONNECTIONS 2048              /* HTTP connections open at once */
#define LIMIT_HEAD_SECONDS 10               /* from the request line to the end of the head */
#define LIMIT_IDLE_SECONDS 75               /* a connection without a request */
#define LIMIT_REQUEST_SECONDS 60            /* a request of at most LIMIT_JSON, first to last byte */
#define LIMIT_PART (1024 * 1024)            /* bytes of an upload that must come within LIMIT_REQUEST_SECONDS, and the next again */
#define LIMIT_PAGE 1000                     /* items of one page of a list */
#define LIMIT_IDEMPOTENCY 4096              /* latest entries in which a repeated request is found */
#define LIMIT_IDEMPOTENCY_KEY 64           /* characters of the key of a request that may be sent again */
#define LIMIT_KEPT (4 * 1024 * 1024)        /* bytes of rendered answers kept for the second they were asked in */
#define LIMIT_STREAM (64 * 1024)            /* bytes waiting for a slow reader of events */
#define LIMIT_DESCRIPTORS 4096              /* open files and connections of the server */
#define LIMIT_JOB (32 * 1024 * 1024)        /* bytes of a request to a worker, and of its reply */
#define LIMIT_JOBS 256                      /* requests waiting for a worker */
#define LIMIT_WORKER_MEMORY (1024 * 1024 * 1024) /* bytes of address space of a worker */
#define LIMIT_WORKER_SECONDS 300            /* of processor time of one worker process, all its jobs */
#define LIMIT_DEPARTMENT 100000             /* persons of one department */
#define LIMIT_NAMED 2000                    /* persons named by the entries of one case */
#define LIMIT_OPENING_MINUTES 60            /* 緊急閲覧 ends by itself */
#define LIMIT_SESSIONS_OF_ONE 10            /* sessions of one person; the oldest makes room */
#define LIMIT_SESSIONS 5000                 /* sessions of all */
#define LIMIT_SESSION_IDLE (60 * 60)        /* seconds without a request after which a session ends */
#define LIMIT_SESSION_LIFE (12 * 60 * 60)   /* seconds after which a session ends whatever happens */
#define LIMIT_PROOF_AGE (10 * 60)           /* seconds for which a proof of identity serves for deciding and administering */
#define LIMIT_DELAYS 10000                  /* sources whose failures to sign in are remembered */
#define LIMIT_DRAFT (512 * 1024)            /* bytes of one draft */
#define LIMIT_DRAFTS_OF_ONE 50
#define LIMIT_STARS 200                     /* cases that one person marked */
#define LIMIT_DRAFT_NAME 100                /* bytes of the name under which a form's draft is kept */
#define LIMIT_DRAFT_DAYS 30                 /* after which what nobody wrote on goes */
#define LIMIT_DRAFTS 20000
#define LIMIT_SAVED_LISTS 20                /* lists of cases that one person saved */
#define LIMIT_LIST_NAME 40                  /* characters of the name of one */
#define LIMIT_LIST_QUERY 1500               /* bytes of what it asks for */
#define LIMIT_SCRATCH_KEY 200               /* bytes of a key or an owner in scratch.db */
#define LIMIT_PASSWORD_LEAST 12             /* characters of a password, after NFKC */
#define LIMIT_PASSWORD 128
#define LIMIT_ONE_TIME_PASSWORD (72 * 60 * 60) /* seconds for which a password that was issued serves */
#define LIMIT_RECOVERY_CODES 10
#define LIMIT_TOKENS_OF_ONE 20              /* API tokens of one person that are not revoked */
#define LIMIT_TOKEN_BURST 5000              /* requests of one API token at once */
#define LIMIT_TOKEN_RATE 100                /* a second, after those */
#define LIMIT_TOKEN_DAYS 366                /* life of an API token */
#define LIMIT_FAILURES_WINDOW (15 * 60)     /* seconds of failed log-ins that one entry counts */
#define LIMIT_HASHES_TRUSTED 24             /* passwords waiting to be hashed, those from known devices counted */
#define LIMIT_HASHES 8                      /* the same when the device is unknown */
#define LIMIT_FILES 64                      /* files on their way in or out at once */
#define LIMIT_FILE_FREE G_GINT64_CONSTANT(268435456) /* 256 MiB left on the disk below which no file is taken */
#define LIMIT_CASE_FILES 2000               /* files received for one case */
#define LIMIT_TICKETS_OF_ONE 16             /* tickets of one person for files; the oldest makes room */
#define LIMIT_TICKET_SECONDS 900            /* from a ticket to the first byte */
#define LIMIT_BLOB G_GINT64_CONSTANT(68719476736) /* 64 GiB */

#endif
