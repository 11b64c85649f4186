/* SPDX-License-Identifier: Apache-2.0 */
/* struct format's replace, insert and remove for dotenv. */
#ifndef FORMAT_DOTENV_PUT_H
#define FORMAT_DOTENV_PUT_H

#include "format/format.h"

SEALEAF_USED enum sealeaf_code envf_replace(struct edits *es, struct doc *d,
    size_t at, const struct leaf *with, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code envf_insert(struct edits *es, struct doc *d,
    size_t at, const struct leaf *with, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code envf_remove(struct edits *es, struct doc *d,
    size_t at, struct sealeaf_error *e);

#endif
