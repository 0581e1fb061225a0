#ifndef ORDRETT_TEST_KEYS_H
#define ORDRETT_TEST_KEYS_H
/// The folder that stands for the user's key folder while tests run.
const char *ordrett_test_keys(void);
#endif
