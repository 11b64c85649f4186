/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines on standard error, in the form that SOPS gives them. */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include <stdbool.h>
#include <time.h>

#include "base/span.h"

enum log_severity {
	SEVERITY_DEBUG,
	SEVERITY_INFO,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
	SEVERITY_FATAL
};

struct log {
	bool verbose;  /* show debug and info as well */
	bool terminal; /* standard error is one */
	bool color;    /* names and words may be bold and coloured */
	time_t start;
};

/* Look at standard output, standard error, $TERM and $NO_COLOR. */
void log_init(struct log *l);

/* One line of logger `name` ("CMD"), with the field key=value unless `key` is
 * NULL. Below the threshold nothing is written. */
void log_line(const struct log *l, enum log_severity severity, const char *name,
    const char *text, const char *key, struct span value);

/* The same from the command itself, without a field. */
void log_warning(const struct log *l, const char *text);
void log_fatal(const struct log *l, const char *text);

/* A progress line, "YYYY/MM/DD HH:MM:SS text", on standard error. */
void log_progress(const char *text);

#endif
