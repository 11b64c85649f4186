/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal's own word counts for more than a variable of its shell. */

#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/columns.h"

enum { USUAL = 80, LEAST = 20, MOST = 10000 };

size_t
columns_of(FILE *out)
{
	const char *said = getenv("COLUMNS");
	struct winsize size = { 0 };
	long n;

	if (isatty(fileno(out)) != 1)
		return SIZE_MAX;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		n = size.ws_col;
	else
		n = said != NULL ? strtol(said, NULL, 10) : 0;
	if (n <= 0 || n > MOST)
		n = USUAL;
	return n > LEAST ? (size_t)n : LEAST;
}
