/* fuzz.h - what a fuzz target defines: libFuzzer calls it, and so does replay.c. */
#ifndef UTFALL_FUZZ_H
#define UTFALL_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
