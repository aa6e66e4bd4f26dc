/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A probe's IIO device by libiio 0.24: what it is called, its channels, labels and scales. */
#pragma once

#include "daemon/journal.h"

/* Tell the journal what IIO knows of iio:device@number; that it cannot be found is told too. */
void iioprobe_tell(int number, const struct journal_context *context);
