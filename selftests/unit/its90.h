/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ITS-90 thermocouple functions in double precision, read from selftests/data/its90/, to test and
 * to compare the integer tables with. Shares neither code nor data with the tables' generator.
 */
#ifndef CRYO_SELFTESTS_UNIT_ITS90_H
#define CRYO_SELFTESTS_UNIT_ITS90_H

#define ITS90_COEFFICIENTS_MAX	16
#define ITS90_PIECES_MAX	4

struct its90_piece {
	double from, to;
	double coefficient[ITS90_COEFFICIENTS_MAX];
	int count;
	double a0, a1, a2;
};

struct its90_type {
	char letter;
	struct its90_piece direct[ITS90_PIECES_MAX], inverse[ITS90_PIECES_MAX];
	int direct_count, inverse_count;
};

/**
 * its90_load() - read the functions of one thermocouple type
 * @letter: E, J, K, N or T
 * @ret_type: the functions, untouched on error
 *
 * Must be called in the root of the source tree.
 *
 * Return: 0, -errno if the file cannot be read, -EBADMSG if it makes no sense, -ENOENT for another
 * letter.
 */
int its90_load(char letter, struct its90_type *ret_type);

/**
 * its90_emf_nv() - the reference function
 * @type: the functions
 * @degc: temperature in degC
 *
 * Return: voltage in nanovolts against a junction at 0 degC, NaN outside the reference function.
 */
double its90_emf_nv(const struct its90_type *type, double degc);

/**
 * its90_approximate_degc() - NIST's inverse polynomial
 * @type: the functions
 * @nv: voltage in nanovolts against a junction at 0 degC
 *
 * Return: temperature in degC, up to 0.06 degC off; NaN outside NIST's range.
 */
double its90_approximate_degc(const struct its90_type *type, double nv);

#endif /* CRYO_SELFTESTS_UNIT_ITS90_H */
