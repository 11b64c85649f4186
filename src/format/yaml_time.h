/* SPDX-License-Identifier: Apache-2.0 */
/* YAML timestamps, in the layouts that SOPS's parser knows. */
#ifndef FORMAT_YAML_TIME_H
#define FORMAT_YAML_TIME_H

#include <stddef.h>

#include "base/span.h"

enum { YAMLF_TIME_MAX = 48 };

/* Write the canonical RFC 3339 text of `s`, closed with NUL; returns its
 * length, 0 when `s` is no timestamp. */
size_t yamlf_time(char out[YAMLF_TIME_MAX], struct span s);

#endif
