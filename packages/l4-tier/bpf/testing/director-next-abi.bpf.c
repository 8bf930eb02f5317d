/* The director that hosts get, of another map ABI: what a driver writes for that one means nothing to it. */
#define DIRECTOR_ABI 1000
#include "../director.bpf.c"
