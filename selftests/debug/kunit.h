/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftests/unit/test.h in a kernel: the same tests as cases of a KUnit suite, one suite for each
 * file. Integers are compared as C compares them, and there are no real numbers.
 */
#ifndef CRYO_SELFTESTS_DEBUG_KUNIT_H
#define CRYO_SELFTESTS_DEBUG_KUNIT_H

#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/module.h>

#ifndef CONFIG_CONSTRUCTORS
#error "tests register themselves in constructors, which this kernel does not run"
#endif

#define TEST_CASES_MAX	128

/* The last one stays empty and ends the list. */
static struct kunit_case test_cases[TEST_CASES_MAX + 1];

static void test_register(const char *name, void (*run)(struct kunit *test))
{
	struct kunit_case *slot = test_cases;

	while (slot->run_case)
		slot++;
	BUG_ON(slot == &test_cases[TEST_CASES_MAX]);
	*slot = (struct kunit_case) {
		.name = name,
		.module_name = KBUILD_MODNAME,
		.run_case = run,
	};
}

#define TEST(test_name)							\
	static void test_name(void);					\
	static void test_name##_case(struct kunit *unused)		\
	{								\
		test_name();						\
	}								\
	__attribute__((constructor)) static void test_name##_register(void)	\
	{								\
		test_register(#test_name, test_name##_case);		\
	}								\
	static void test_name(void)

#define TEST_MAIN()							\
	static struct kunit_suite test_suite = {			\
		.name = KBUILD_BASENAME,				\
		.test_cases = test_cases,				\
	};								\
	kunit_test_suite(test_suite);

#define TEST_RUNNING	kunit_get_current_test()
#define TEST_DISTANCE(a, b)	abs((s64)(a) - (s64)(b))

#define EXPECT(condition)	KUNIT_EXPECT_TRUE(TEST_RUNNING, condition)
#define EXPECT_EQ(a, b)		KUNIT_EXPECT_EQ(TEST_RUNNING, a, b)
#define EXPECT_NE(a, b)		KUNIT_EXPECT_NE(TEST_RUNNING, a, b)
#define EXPECT_LT(a, b)		KUNIT_EXPECT_LT(TEST_RUNNING, a, b)
#define EXPECT_LE(a, b)		KUNIT_EXPECT_LE(TEST_RUNNING, a, b)
#define EXPECT_GT(a, b)		KUNIT_EXPECT_GT(TEST_RUNNING, a, b)
#define EXPECT_GE(a, b)		KUNIT_EXPECT_GE(TEST_RUNNING, a, b)
#define EXPECT_STREQ(a, b)	KUNIT_EXPECT_STREQ(TEST_RUNNING, a, b)
#define EXPECT_NEAR(a, b, tolerance)	EXPECT_LE(TEST_DISTANCE(a, b), tolerance)

#define ASSERT(condition)	KUNIT_ASSERT_TRUE(TEST_RUNNING, condition)
#define ASSERT_EQ(a, b)		KUNIT_ASSERT_EQ(TEST_RUNNING, a, b)
#define ASSERT_NE(a, b)		KUNIT_ASSERT_NE(TEST_RUNNING, a, b)
#define ASSERT_LT(a, b)		KUNIT_ASSERT_LT(TEST_RUNNING, a, b)
#define ASSERT_LE(a, b)		KUNIT_ASSERT_LE(TEST_RUNNING, a, b)
#define ASSERT_GT(a, b)		KUNIT_ASSERT_GT(TEST_RUNNING, a, b)
#define ASSERT_GE(a, b)		KUNIT_ASSERT_GE(TEST_RUNNING, a, b)
#define ASSERT_STREQ(a, b)	KUNIT_ASSERT_STREQ(TEST_RUNNING, a, b)
#define ASSERT_NEAR(a, b, tolerance)	ASSERT_LE(TEST_DISTANCE(a, b), tolerance)

#define DIAG(format, ...)	kunit_info(TEST_RUNNING, format "\n", ##__VA_ARGS__)
#define SKIP(...)		do { kunit_mark_skipped(TEST_RUNNING, __VA_ARGS__); return; } while (0)

MODULE_DESCRIPTION("Unit tests of the cryoneurolysis probe's arithmetic and interlock");
MODULE_LICENSE("GPL");

#endif /* CRYO_SELFTESTS_DEBUG_KUNIT_H */
