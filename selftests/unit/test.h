/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit test harness: tests register themselves when the program loads, run in order, and report in
 * KTAP version 1.
 *
 *	TEST(adds) { EXPECT_EQ(add(1, 2), 3); }
 *	TEST_MAIN()
 *
 * EXPECT_* records a failure and goes on; ASSERT_* also returns from the function it stands in,
 * which must return void. Integers of any width and sign are compared by value, never by
 * conversion. A program may spread its tests over several files; one of them has TEST_MAIN().
 * Arguments of the program: an optional part of the names of the tests to run.
 *
 * Built as part of a kernel module, the same tests become a KUnit suite; so a file of tests that
 * shall run there, too, has no real numbers and includes nothing of user space.
 */
#ifndef CRYO_SELFTESTS_UNIT_TEST_H
#define CRYO_SELFTESTS_UNIT_TEST_H

#ifdef __KERNEL__
#include "selftests/debug/kunit.h"
#else

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test_case {
	const char *name;
	void (*run)(void);
	struct test_case *next;
};

struct test_suite {
	struct test_case *first, *last;
	bool failed, skipped;	/* the running test */
	char skip_reason[160];
};

/* Defined by TEST_MAIN(). */
extern struct test_suite test_suite;

enum test_kind { TEST_SIGNED, TEST_UNSIGNED, TEST_REAL, TEST_POINTER };
enum test_relation { TEST_EQ, TEST_NE, TEST_LT, TEST_LE, TEST_GT, TEST_GE };

struct test_value {
	enum test_kind kind;
	union {
		intmax_t i;
		uintmax_t u;
		double r;
		const void *p;
	};
};

struct test_where {
	const char *file;
	int line;
};

#define TEST(test_name)							\
	static void test_name(void);					\
	__attribute__((constructor)) static void test_name##_register(void)	\
	{								\
		static struct test_case this_case = {			\
			.name = #test_name, .run = test_name,		\
		};							\
		test_register(&this_case);				\
	}								\
	static void test_name(void)

#define TEST_MAIN()							\
	struct test_suite test_suite;					\
	int main(int argc, char *argv[])				\
	{								\
		return test_main(argc > 1 ? argv[1] : "");		\
	}

#define TEST_WHERE ((struct test_where){ __FILE__, __LINE__ })

#define TEST_VALUE(x) _Generic((x),					\
	_Bool: test_unsigned, char: test_signed,			\
	signed char: test_signed, unsigned char: test_unsigned,	\
	short: test_signed, unsigned short: test_unsigned,		\
	int: test_signed, unsigned int: test_unsigned,			\
	long: test_signed, unsigned long: test_unsigned,		\
	long long: test_signed, unsigned long long: test_unsigned,	\
	float: test_real, double: test_real,	\
	default: test_pointer)(x)

#define TEST_COMPARE(a, relation, b)					\
	test_compare(TEST_WHERE, #a, #b, TEST_VALUE(a), relation, TEST_VALUE(b))

#define EXPECT(condition) ((void)test_check(TEST_WHERE, #condition, !!(condition)))
#define EXPECT_EQ(a, b) ((void)TEST_COMPARE(a, TEST_EQ, b))
#define EXPECT_NE(a, b) ((void)TEST_COMPARE(a, TEST_NE, b))
#define EXPECT_LT(a, b) ((void)TEST_COMPARE(a, TEST_LT, b))
#define EXPECT_LE(a, b) ((void)TEST_COMPARE(a, TEST_LE, b))
#define EXPECT_GT(a, b) ((void)TEST_COMPARE(a, TEST_GT, b))
#define EXPECT_GE(a, b) ((void)TEST_COMPARE(a, TEST_GE, b))
#define EXPECT_NEAR(a, b, tolerance) ((void)test_near(TEST_WHERE, #a, #b, a, b, tolerance))
#define EXPECT_STREQ(a, b) ((void)test_streq(TEST_WHERE, #a, #b, a, b))

#define TEST_OR_RETURN(passed) do { if (!(passed)) return; } while (0)
#define ASSERT(condition) TEST_OR_RETURN(test_check(TEST_WHERE, #condition, !!(condition)))
#define ASSERT_EQ(a, b) TEST_OR_RETURN(TEST_COMPARE(a, TEST_EQ, b))
#define ASSERT_NE(a, b) TEST_OR_RETURN(TEST_COMPARE(a, TEST_NE, b))
#define ASSERT_LT(a, b) TEST_OR_RETURN(TEST_COMPARE(a, TEST_LT, b))
#define ASSERT_LE(a, b) TEST_OR_RETURN(TEST_COMPARE(a, TEST_LE, b))
#define ASSERT_GT(a, b) TEST_OR_RETURN(TEST_COMPARE(a, TEST_GT, b))
#define ASSERT_GE(a, b) TEST_OR_RETURN(TEST_COMPARE(a, TEST_GE, b))
#define ASSERT_NEAR(a, b, tolerance)					\
	TEST_OR_RETURN(test_near(TEST_WHERE, #a, #b, a, b, tolerance))
#define ASSERT_STREQ(a, b) TEST_OR_RETURN(test_streq(TEST_WHERE, #a, #b, a, b))

/* Prints one diagnostic line. */
#define DIAG(...) test_diag(__VA_ARGS__)

/* Ends the test as skipped, for the reason given; a test that has failed before stays failed. */
#define SKIP(...) do { test_skip(__VA_ARGS__); return; } while (0)

static inline void test_register(struct test_case *this_case)
{
	if (test_suite.last)
		test_suite.last->next = this_case;
	else
		test_suite.first = this_case;
	test_suite.last = this_case;
}

static inline struct test_value test_signed(intmax_t i)
{
	return (struct test_value){ .kind = TEST_SIGNED, .i = i };
}

static inline struct test_value test_unsigned(uintmax_t u)
{
	return (struct test_value){ .kind = TEST_UNSIGNED, .u = u };
}

static inline struct test_value test_real(double r)
{
	return (struct test_value){ .kind = TEST_REAL, .r = r };
}

static inline struct test_value test_pointer(const volatile void *p)
{
	return (struct test_value){ .kind = TEST_POINTER, .p = (const void *)p };
}

__attribute__((format(printf, 1, 2))) static inline void test_diag(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

__attribute__((format(printf, 1, 2))) static inline void test_skip(const char *format, ...)
{
	va_list args;

	test_suite.skipped = true;
	va_start(args, format);
	vsnprintf(test_suite.skip_reason, sizeof(test_suite.skip_reason), format, args);
	va_end(args);
}

static inline void test_fail(struct test_where where)
{
	test_suite.failed = true;
	printf("# %s:%d: ", where.file, where.line);
}

static inline bool test_check(struct test_where where, const char *text, bool passed)
{
	if (passed)
		return true;
	test_fail(where);
	printf("expected %s\n", text);
	return false;
}

static inline const char *test_format(char *buffer, size_t size, struct test_value value)
{
	switch (value.kind) {
	case TEST_SIGNED:
		snprintf(buffer, size, "%jd", value.i);
		break;
	case TEST_UNSIGNED:
		snprintf(buffer, size, "%ju (0x%jx)", value.u, value.u);
		break;
	case TEST_REAL:
		snprintf(buffer, size, "%.12g", value.r);
		break;
	case TEST_POINTER:
		snprintf(buffer, size, "%p", value.p);
		break;
	}
	return buffer;
}

static inline double test_as_real(struct test_value value)
{
	if (value.kind == TEST_SIGNED)
		return value.i;
	return value.kind == TEST_UNSIGNED ? (double)value.u : value.r;
}

/* A pointer may be compared with a null constant, which is an integer to _Generic. */
static inline uintmax_t test_as_bits(struct test_value value)
{
	return value.kind == TEST_POINTER ? (uintptr_t)value.p : value.u;
}

static inline bool test_is_negative(struct test_value value)
{
	return value.kind == TEST_SIGNED && value.i < 0;
}

static inline bool test_less(struct test_value a, struct test_value b)
{
	if (a.kind == TEST_REAL || b.kind == TEST_REAL)
		return test_as_real(a) < test_as_real(b);
	if (test_is_negative(a) != test_is_negative(b))
		return test_is_negative(a);
	return test_as_bits(a) < test_as_bits(b);
}

static inline bool test_equal(struct test_value a, struct test_value b)
{
	if (a.kind == TEST_REAL || b.kind == TEST_REAL)
		return test_as_real(a) == test_as_real(b);
	return test_is_negative(a) == test_is_negative(b) && test_as_bits(a) == test_as_bits(b);
}

static inline bool test_holds(struct test_value a, enum test_relation relation, struct test_value b)
{
	switch (relation) {
	case TEST_EQ:
		return test_equal(a, b);
	case TEST_NE:
		return !test_equal(a, b);
	case TEST_LT:
		return test_less(a, b);
	case TEST_LE:
		return test_less(a, b) || test_equal(a, b);
	case TEST_GT:
		return test_less(b, a);
	case TEST_GE:
		return test_less(b, a) || test_equal(a, b);
	}
	return false;
}

static inline bool test_compare(struct test_where where, const char *a_text, const char *b_text,
				struct test_value a, enum test_relation relation,
				struct test_value b)
{
	static const char *const symbol[] = {
		[TEST_EQ] = "==", [TEST_NE] = "!=", [TEST_LT] = "<",
		[TEST_LE] = "<=", [TEST_GT] = ">", [TEST_GE] = ">=",
	};
	char a_value[64], b_value[64];

	if (test_holds(a, relation, b))
		return true;
	test_fail(where);
	printf("expected %s %s %s, got %s and %s\n", a_text, symbol[relation], b_text,
	       test_format(a_value, sizeof(a_value), a), test_format(b_value, sizeof(b_value), b));
	return false;
}

static inline bool test_near(struct test_where where, const char *a_text, const char *b_text,
			     double a, double b, double tolerance)
{
	/* Written so that a NaN anywhere fails. */
	if (a - b <= tolerance && b - a <= tolerance)
		return true;
	test_fail(where);
	printf("expected %s within %.9g of %s, got %.12g and %.12g\n", a_text, tolerance, b_text,
	       a, b);
	return false;
}

static inline bool test_streq(struct test_where where, const char *a_text, const char *b_text,
			      const char *a, const char *b)
{
	if (a == b || (a && b && !strcmp(a, b)))
		return true;
	test_fail(where);
	printf("expected %s to equal %s, got \"%s\" and \"%s\"\n", a_text, b_text,
	       a ? a : "(null)", b ? b : "(null)");
	return false;
}

static inline bool test_run_one(const struct test_case *this_case, unsigned int number)
{
	test_suite.failed = false;
	test_suite.skipped = false;
	this_case->run();
	printf("%s %u %s", test_suite.failed ? "not ok" : "ok", number, this_case->name);
	if (test_suite.skipped && !test_suite.failed)
		printf(" # SKIP %s", test_suite.skip_reason);
	printf("\n");
	return !test_suite.failed;
}

static inline unsigned int test_count(const char *part)
{
	unsigned int n = 0;

	for (struct test_case *c = test_suite.first; c; c = c->next)
		n += !!strstr(c->name, part);
	return n;
}

static inline int test_main(const char *part)
{
	unsigned int number = 0, passed = 0, planned = test_count(part);

	/* What a test printed must be seen even if the next line kills it. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%u\n", planned);
	for (struct test_case *c = test_suite.first; c; c = c->next)
		if (strstr(c->name, part))
			passed += test_run_one(c, ++number);
	if (!planned)
		test_diag("no test has \"%s\" in its name", part);
	return planned && passed == planned ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* __KERNEL__ */
#endif /* CRYO_SELFTESTS_UNIT_TEST_H */
