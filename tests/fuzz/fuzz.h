/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every fuzz target gives: one function, called with one input. The first
 * byte of an input is a choice (a format, say), the rest is text.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
