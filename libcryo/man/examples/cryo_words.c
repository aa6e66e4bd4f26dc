// SPDX-License-Identifier: LGPL-2.1-or-later
/* Prints the words for all phases that this library knows. */
#include <stdio.h>

#include <cryo.h>

int main(void)
{
	for (int phase = CRYO_PHASE_IDLE; phase <= CRYO_PHASE_WITHDRAW; phase++)
		puts(cryo_phase_to_string((enum cryo_phase)phase));
	return 0;
}
