# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages, built from what is committed or about to be: files that git does not ignore.

APT_CHECK += debhelper dh-dkms lintian

DEBS := $(O)/deb

.PHONY: deb
deb: ## build the Debian packages into build/deb
	@debian/build-packages $(DEBS)
