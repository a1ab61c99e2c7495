/* What any journal does, whichever store it is in: the cases run on each of them. */
#ifndef SHODO_TESTS_CONFORMANCE_H
#define SHODO_TESTS_CONFORMANCE_H

void conformance_add(void);

#endif
