/* SPDX-License-Identifier: Apache-2.0 */
/* The clear comments of a file, against those of a text that stands for it. */
#ifndef SOPS_COMMENTS_H
#define SOPS_COMMENTS_H

#include "sops/document.h"

/*
 * Whether every clear comment of the opened `d` is one of `text`, blanks at
 * the ends and empty ones aside. No MAC covers comments: one that is missing
 * was added by somebody.
 */
SEALEAF_USED enum sealeaf_code comments_within(bool *within,
    const struct sealeaf_doc *d, const struct leaves *text,
    struct sealeaf_error *e);

#endif
