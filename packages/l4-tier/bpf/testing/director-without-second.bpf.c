/* The director that hosts get, but for one thing: its packets never name the second candidate. What breaks with it is what the second candidate keeps. */
#define NAMES_SECOND 0
#include "../director.bpf.c"
