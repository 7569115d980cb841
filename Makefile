# utfall: one Makefile, GNU make 4.3. `make help` lists the targets.
#
# Everything is found by name; adding a file never means editing this one:
#   src/<layer>/*.c      the library; src/ledger/append*.c, src/ledger/write*.c and
#                        src/store/*_write.c form a second one that the auditor never links
#   src/cli/*.c          build/utfall; main() lives in main.c
#   audit/*.c            build/utfall-audit; main() lives in main.c
#   tests/*/test_*.c     cmocka programs          tests/*/*.t      shell tests in TAP
#   tests/fuzz/fuzz_*.c  fuzz targets, replayed over tests/fuzz/corpus/<name>/ by check
#   tests/bench/*.c      `make bench`             tests/support/*.c  linked into every test
#   tests/{cli,fault,interop,store}/*.c  helper programs: build/<variant>/tests/<dir>/<name>
#   tests/fault/preload_*.c              LD_PRELOAD libraries: the same with .so behind
#
# Variables: VARIANT=debug|release|asan|cov|fuzz, CC=gcc|clang, CFLAGS, LDFLAGS (added to
# ours), WERROR= (warnings do not stop), V=1 (show commands), PREFIX, DESTDIR,
# DEPS=no (never install packages), FUZZ_SECONDS, TESTS (what `make test` runs).

VARIANT ?= release
ifeq ($(origin CC),default)
CC := gcc
endif
AR ?= ar
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 20
Q := $(if $(V),,@)
say = @$(if $(V),:,printf '  %-7s %s\n' $1 $2)

compiler := $(if $(findstring clang,$(notdir $(CC))),clang,gcc)
# Warnings are errors with the compilers that we test with.
tested := gcc-12 clang-14
ifeq ($(origin WERROR),undefined)
version := $(firstword $(subst ., ,$(shell $(CC) -dumpversion 2>/dev/null)))
WERROR := $(if $(filter $(tested),$(compiler)-$(version)),-Werror)
endif
O := build/$(VARIANT)$(if $(filter clang,$(compiler)),-clang)
# Where the programs end: the release of either compiler is the one that people run.
P := $(if $(filter release,$(VARIANT)),build,$O)

# ---- flags --------------------------------------------------------------------------------

# jansson is for tests only: it reads what our own reader must not be the judge of.
# Asked of pkg-config when a recipe first needs it, so that `make deps` can come before.
once = $(eval $1 := $(shell $2))$($1)
NEEDED := sqlite3 libsodium libcrypto
OPTIONAL := jansson libmicrohttpd libcurl libpq
HAVE = $(call once,HAVE,for p in $(OPTIONAL); do pkg-config --exists $$p && echo $$p; done)
PKG_CFLAGS = $(call once,PKG_CFLAGS,pkg-config --cflags $(NEEDED) $(HAVE))
PKG_LIBS = $(call once,PKG_LIBS,pkg-config --libs $(NEEDED) $(HAVE))
CMOCKA_LIBS = $(call once,CMOCKA_LIBS,pkg-config --libs cmocka)
HAVE_FLAGS = $(if $(filter jansson,$(HAVE)),-DHAVE_JANSSON) \
	$(if $(filter libmicrohttpd,$(HAVE)),-DHAVE_MICROHTTPD) \
	$(if $(filter libcurl,$(HAVE)),-DHAVE_LIBCURL) $(if $(filter libpq,$(HAVE)),-DHAVE_LIBPQ)

CSTD := -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings \
	-Wpointer-arith -Wformat=2 -Wvla -Wswitch-enum -Wundef \
	-Wimplicit-fallthrough -Wdouble-promotion -Wnull-dereference
WARN.gcc := -Wlogical-op -Wduplicated-cond
WARN.clang := -Wmissing-variable-declarations
# These depend on what the optimiser proves: only the release build's word counts.
WARN.gcc += $(if $(filter-out release,$(VARIANT)),-Wno-format-truncation -Wno-maybe-uninitialized \
	-Wno-null-dereference -Wno-stringop-overflow)
SAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
mode.debug := -Og -g3
mode.release := -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
mode.asan := -O1 -g $(SAN)
mode.cov := -O0 -g --coverage
mode.fuzz := -O1 -g $(SAN) -fsanitize=fuzzer-no-link
mode := $(or $(mode.$(VARIANT)),$(error no such VARIANT: $(VARIANT)))
link.release := -pie -Wl,-z,relro,-z,now
link := $(link.$(VARIANT)) -Wl,--as-needed -pthread

ALL_CFLAGS = $(CSTD) $(WARN) $(WARN.$(compiler)) $(WERROR) $(mode) -pthread -iquote include \
	$(HAVE_FLAGS) $(PKG_CFLAGS) $(CFLAGS)
COMPILE = $(CC) $(ALL_CFLAGS)
LINK = $(CC) $(mode) $(link) $(LDFLAGS)

# ---- what there is ------------------------------------------------------------------------

objects = $(patsubst %.c,$O/%.o,$1)
with_main = $(if $1,$(shell grep -lE '^(int )?main\>' $1))

write_src := $(wildcard src/ledger/append*.c src/ledger/write*.c src/store/*_write.c)
lib_src := $(filter-out src/cli/% $(write_src),$(wildcard src/*/*.c))
cli_src := $(wildcard src/cli/*.c)
audit_src := $(wildcard audit/*.c)
cli_main := $(call with_main,$(cli_src))
audit_main := $(call with_main,$(audit_src))

# Files compiled into the programs: one table a group, declared in include/embed.h.
# A name in the table is the path with the group's folder taken off.
EMBEDS := schema console api
embed_dir.schema := src/store/schema/
embed.schema := $(sort $(wildcard src/store/schema/*.sql))
embed_dir.console := audit/console/dist/
embed.console := $(sort $(wildcard $(foreach d,* */* */*/*,audit/console/dist/$d)))
embed_dir.api := audit/
embed.api := audit/openapi.json
embed_obj := $(foreach g,$(EMBEDS),$O/embed/$g.o)
# What an engine worked out is kept between processes for programs of the same evaluator only.
engine_src := $(sort $(wildcard src/contract/*.[ch] src/value/*.[ch] include/*.h))

test_src := $(wildcard tests/*/test_*.c)
fuzz_src := $(wildcard tests/fuzz/fuzz_*.c)
bench_src := $(wildcard tests/bench/*.c)
preload_src := $(wildcard tests/fault/preload_*.c)
support_src := $(wildcard tests/support/*.c) \
	$(filter-out $(test_src),$(wildcard tests/unit/*.c))
helper_src := $(filter-out $(test_src) $(preload_src), \
	$(wildcard $(foreach d,cli fault interop store,tests/$d/*.c)))
interop_tests := $(wildcard tests/interop/*.t)
shell_tests := $(filter-out tests/interop/% tests/browser/%,$(wildcard tests/*/*.t))

libs := $O/libutfall-write.a $O/libutfall.a
test_libs := $O/libtest.a $O/libutfall-cli.a $O/libutfall-serve.a $(libs)
programs := $(if $(cli_main),$P/utfall) $(if $(audit_main),$P/utfall-audit)
tests := $(test_src:%.c=$O/%)
fuzzers := $(fuzz_src:%.c=$O/%)
helpers := $(helper_src:%.c=$O/%) $(preload_src:%.c=$O/%.so)
benches := $(bench_src:%.c=$O/%)
all_c := $(wildcard src/*/*.c audit/*.c)
all_h := $(wildcard include/*.h src/*/*.h audit/*.h)

# A run without -j uses every core.
SUB = $(MAKE) --no-print-directory \
	$(if $(findstring -j,$(MAKEFLAGS))$(findstring jobserver,$(MAKEFLAGS)),,-O -j$(shell nproc))

# ---- everyday targets ---------------------------------------------------------------------

all: deps ## build the programs: build/utfall, build/utfall-audit, with the console where Node is
	+@$(console_if_can)
	+@$(SUB) programs

programs: $(libs) $O/libutfall-cli.a $O/libutfall-serve.a $(programs)

check: deps-check ## the tests and every check of the source; the last line is prove's
	+@$(SUB) check-run

check-run: test-programs
	$(call run_tests,tests/source.t $(default_tests))

test: deps-check ## only the tests, in this VARIANT; TESTS='FILE...' chooses (a .t or a test_*.c)
	+@$(SUB) test-run

test-run: test-programs
	$(call run_tests,$(or $(patsubst %.c,$O/%,$(TESTS)),$(default_tests)))

test-programs: programs $(test_libs) $(tests) $(fuzzers) $(helpers)

# The long ones first, so that no core waits at the end.
default_tests = $(shell_tests) $(tests) $(if $(filter fuzz,$(VARIANT)),,$(fuzzers))

# Helpers of shell tests are under $UTFALL_BUILD/tests; tests/tap.sh reads these names.
run_env = UTFALL=$(CURDIR)/$O/utfall UTFALL_AUDIT=$(CURDIR)/$O/utfall-audit \
	UTFALL_BUILD=$(CURDIR)/$O UTFALL_VARIANT=$(VARIANT) CC=$(CC) \
	CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8 TZ=UTC \
	ASAN_OPTIONS=exitcode=99:detect_stack_use_after_return=1:$$ASAN_OPTIONS \
	UBSAN_OPTIONS=exitcode=99:print_stacktrace=1:$$UBSAN_OPTIONS
run_tests = @$(run_env) prove -j$(or $(PROVE_JOBS),$(shell nproc)) --timer \
	--exec 'sh tests/run.sh' $1

accept: test-programs ## write the files anew that tests compare with, for review
	@UTFALL_ACCEPT=1 $(MAKE) --no-print-directory test-run TESTS='$(TESTS)'

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory test VARIANT=asan

coverage: deps-check ## which lines the tests reach, by directory and file
	+@$(SUB) VARIANT=cov test-programs
	@find build/cov -name '*.gcda' -delete
	+@$(SUB) VARIANT=cov test-run
	@sh tests/coverage.sh build/cov

fuzz: deps-check ## run every fuzz target for FUZZ_SECONDS (20) with libFuzzer
	+@$(SUB) VARIANT=fuzz CC=clang fuzz-run

fuzz-run: $(fuzzers)
	@sh tests/fuzz.sh $(FUZZ_SECONDS) $(fuzzers)

bench: deps-check ## the speed figures, one line each: "bench: NAME VALUE"
	+@$(SUB) programs bench-programs
	@for b in $(benches); do $(run_env) $$b || exit 1; done

bench-programs: $(benches)

SEEDS ?= 10000
simulate: deps-check ## SEEDS (10000) lives of a ledger on a disk that fails; UTFALL_SEED=n: the first
	+@$(SUB) test-programs
	@UTFALL_SEEDS=$(SEEDS) $O/tests/fault/test_simulation
	@UTFALL_SEEDS=$(SEEDS) $O/tests/fault/test_store_fault

pairs: deps-check ## PAIRS (100000) random contracts and histories, engine against tests/naive; FIRST=n: the first seed
	+@$(SUB) test-programs
	@PAIRS=$(PAIRS) FIRST=$(FIRST) sh tests/naive/pairs.sh $O/tests/cli/settle_json

tamper: deps-check ## every change of a small ledger, every fault of one append: the whole of tests/fault
	+@$(SUB) test-programs
	@TAMPER=0 SYSCALLS=0 UTFALL_FLIPS=0 TEST_SECONDS=7200 $(MAKE) --no-print-directory test-run \
		TESTS='tests/fault/tamper.t tests/fault/syscalls.t tests/unit/test_replay.c'

soak: deps-check ## the read-only API under load for SOAK_SECONDS (3600): its memory each minute
	+@$(SUB) programs
	@$(run_env) python3 tests/serve/soak.py $(or $(SOAK_SECONDS),3600)

demo: deps ## build, then one whole contract from first signature to replay
	+@$(SUB) programs
	@sh tests/demo.sh

demo-serve: deps ## ... and serve that ledger with its console; prints where, and tokens
	+@$(console_if_can)
	+@$(SUB) programs
	@sh tests/demo_serve.sh

# A console that is there from an earlier build stays; files are found anew by the next make.
console: ## the web page that utfall-audit serves: audit/console/dist, from npm's packages
	$Q node --version >/dev/null && npm --version >/dev/null
	+@$(MAKE) --no-print-directory audit/console/dist/index.html

console_if_can = if command -v node >/dev/null && command -v npm >/dev/null; then \
	$(MAKE) --no-print-directory console || echo 'console: left out, it could not be built'; else \
	echo 'console: left out, node and npm are not here; the API is served without it'; fi

NPM_CI = npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1
audit/console/dist/index.html: audit/console/node_modules/.package-lock.json \
		audit/console/build.mjs $(wildcard audit/console/src/* audit/console/src/*/*)
	$Q node audit/console/build.mjs
%/node_modules/.package-lock.json: %/package-lock.json
	$(call say,NPM,$*)
	$Q cd $* && $(NPM_CI)
	$Q touch $@

browser: deps-browser ## the console in Chromium: every view, role, error, theme; tampered servers
	+@$(MAKE) --no-print-directory console tests/browser/node_modules/.package-lock.json
	+@$(SUB) programs
	$(call run_tests,$(wildcard tests/browser/*.t))

interop: deps-interop ## other people's programs read what ours wrote
	+@$(SUB) test-programs
	$(if $(interop_tests),$(call run_tests,$(interop_tests)),@echo 'interop: no tests')

# ---- checks of the source -----------------------------------------------------------------

map: ## what each source does, in its own first words; DIR=src/ledger: of one folder
	@for f in $(or $(wildcard $(DIR:%=%/*.c)),$(all_c)); do sed '1s|^/[*] ||; 1s| *[*]/$$||; q' $$f; done

check-source: ## our own rules about the source: tests/check-source.sh
	@sh tests/check-source.sh
check-layers: ## no include goes upward or sideways
	@awk -f tests/check-layers.awk $(all_c) $(all_h)
check-headers: ## every header compiles alone
	@sh tests/check-headers.sh
check-symbols: programs ## the auditor's program holds no code that appends
	@sh tests/check-symbols.sh $O

lint: deps-check ## gcc -fanalyzer, clang-tidy and cppcheck; any finding fails
	+@$(SUB) -k lint-run
lint-run: $(all_c:%.c=build/lint/%.analyzer) $(all_c:%.c=build/lint/%.tidy) build/lint/cppcheck
	@echo 'lint: no findings'

ANALYZE = $(if $(filter %/rc.c,$<),,-DUTFALL_ANALYZE)

# Uninitialised values are left to clang's analyser: gcc 12 and cppcheck do not know that an
# output is written where a function returns RC_OK.
build/lint/%.analyzer: %.c build/lint/flags
	$(call say,ANALYZE,$<)
	$Q mkdir -p $(@D)
	$Q gcc $(CSTD) $(ANALYZE) -Werror -fanalyzer -O1 \
		-Wno-analyzer-use-of-uninitialized-value -iquote include $(HAVE_FLAGS) $(PKG_CFLAGS) \
		-MMD -MP -MT $@ -MF $@.d -c -o /dev/null $<
	$Q touch $@
build/lint/%.tidy: %.c build/lint/flags .clang-tidy
	$(call say,TIDY,$<)
	$Q mkdir -p $(@D)
	$Q clang-tidy --quiet --warnings-as-errors='*' $< -- \
		$(CSTD) $(ANALYZE) -iquote include $(HAVE_FLAGS) $(PKG_CFLAGS) 2>$@.log || \
		{ cat $@.log; exit 1; }
	$Q touch $@
build/lint/cppcheck: $(all_c) $(all_h) build/lint/flags
	$(call say,CPPCHECK,src audit)
	$Q cppcheck --quiet --std=c11 --enable=warning,performance --inline-suppr \
		--error-exitcode=1 --suppress=missingInclude \
		--suppress=uninitvar --suppress=uninitStructMember --suppress=legacyUninitvar -j $(shell nproc) \
		-I include $(HAVE_FLAGS) $(all_c)
	$Q touch $@
build/lint/flags: FORCE
	$(call keep,$(CSTD) $(WARN) $(HAVE_FLAGS) $(PKG_CFLAGS))

fmt: deps-check ## clang-format over the lines changed since the last commit; FILES='...' whole
	@$(if $(FILES),clang-format -i $(FILES),git clang-format --force HEAD -- '*.c' '*.h')

# ---- packages -----------------------------------------------------------------------------

PACKAGES := gcc libc6-dev make pkg-config libsqlite3-dev libsodium-dev libssl-dev \
	libmicrohttpd-dev libcurl4-openssl-dev|libcurl4-gnutls-dev
PACKAGES_CHECK := perl curl libcmocka-dev libjansson-dev sqlite3 jq strace python3 universal-ctags \
	openssl clang clang-tidy clang-format cppcheck llvm libclang-rt-14-dev
PACKAGES_BROWSER := chromium nodejs npm
PACKAGES_INTEROP := golang-go golang-golang-x-mod-dev minisign \
	signify-openbsd nodejs libxml2-utils

deps: ## install what the build and the demo need (Debian; only what is missing)
	@DEPS=$(DEPS) sh .ci/deps $(call quoted,$(PACKAGES))
deps-check: ## ... and what the tests need
	@DEPS=$(DEPS) sh .ci/deps $(call quoted,$(PACKAGES) $(PACKAGES_CHECK))
deps-interop: ## ... and what the tests with other people's programs need
	@DEPS=$(DEPS) sh .ci/deps $(call quoted,$(PACKAGES) $(PACKAGES_CHECK) $(PACKAGES_INTEROP))
	@DEPS=$(DEPS) sh .ci/deps prometheus || echo 'interop: without promtool'
deps-browser: ## ... and what the tests in a browser need; npm's packages come from its lock files
	@DEPS=$(DEPS) sh .ci/deps $(call quoted,$(PACKAGES) perl $(filter-out \
		$(if $(shell command -v npm),nodejs npm),$(PACKAGES_BROWSER)))
quoted = $(foreach w,$1,'$w')

# ---- install, clean, help -----------------------------------------------------------------

# Where it goes, and what: two words a file.
share = $(PREFIX)/share
completions := $(programs:%=%.completion)
installed := $(foreach f,$(programs),$f:$(PREFIX)/bin/$(notdir $f)) \
	$(foreach f,$(wildcard src/*/*.1 audit/*.1),$f:$(share)/man/man1/$(notdir $f)) \
	$(foreach f,$(programs),$f.completion:$(share)/bash-completion/completions/$(notdir $f)) \
	$(foreach f,audit/FORMAT.md audit/EVENTS.md contracts/README.md contracts/terms.schema.json, \
		$f:$(share)/doc/utfall/$f)

$(completions): %.completion: %
	$Q $< help --completion >$@

install: programs $(completions) ## copy programs, man pages, completions, documents to DESTDIR and PREFIX
	@for f in $(installed); do \
		mode=644; [ -x "$${f%%:*}" ] && mode=755; \
		install -D -m $$mode "$${f%%:*}" '$(DESTDIR)'"$${f#*:}" && echo '$(DESTDIR)'"$${f#*:}" || \
			exit 1; done

uninstall: ## remove what install copied to DESTDIR and PREFIX
	rm -f $(foreach f,$(installed),'$(DESTDIR)$(lastword $(subst :, ,$f))')
	-rmdir '$(DESTDIR)$(share)/doc/utfall/audit' '$(DESTDIR)$(share)/doc/utfall/contracts' \
		'$(DESTDIR)$(share)/doc/utfall'

clean: ## remove everything that was built
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
	@sed -n '/^# Variables:/,/^$$/ { /^#/ s/^# /  /p }' Makefile

# ---- how things are made ------------------------------------------------------------------

# Writes $1 into the target only where it differs, so that what depends on it is made again
# when flags or lists change, and only then.
define keep
@mkdir -p $(@D)
@printf '%s\n' '$1' | cmp -s - $@ || printf '%s\n' '$1' >$@
endef

$O/flags: FORCE
	$(call keep,$(COMPILE) / $(LINK) $(PKG_LIBS))
$O/lists: FORCE
	$(call keep,$(lib_src) / $(write_src) / $(cli_src) / $(audit_src) / $(support_src))

$O/%.o: %.c $O/flags
	$(call say,CC,$<)
	$Q mkdir -p $(@D)
	$Q $(COMPILE) $(OWN) -MMD -MP -c -o $@ $<
$O/embed/%.o: $O/embed/%.c $O/flags
	$Q $(COMPILE) -MMD -MP -c -o $@ $<
$O/tests/%.o: OWN = -iquote tests/support -iquote tests/unit -iquote audit
$(call objects,$(preload_src)): OWN = -fPIC

define archive
$(call say,AR,$@)
$Q rm -f $@
$Q $(AR) rcs $@ $(filter %.o,$^)
endef

$O/libutfall.a: $(call objects,$(lib_src)) $(embed_obj) $O/embed/build.o $O/lists
	$(archive)
$O/libutfall-write.a: $(call objects,$(write_src)) $O/lists
	$(archive)
$O/libutfall-cli.a: $(call objects,$(filter-out $(cli_main),$(cli_src))) $O/lists
	$(archive)
$O/libutfall-serve.a: $(call objects,$(filter-out $(audit_main),$(audit_src))) $O/lists
	$(archive)
$O/libtest.a: $(call objects,$(support_src)) $O/lists
	$(archive)

define program
$(call say,LINK,$@)
$Q mkdir -p $(@D)
$Q $(LINK) -o $@ $(filter %.o %.a,$^) $1 $(PKG_LIBS) $(LDLIBS)
endef

$O/utfall: $(call objects,$(cli_main)) $O/libutfall-cli.a $(libs)
	$(call program)
$O/utfall-audit: $(call objects,$(audit_main)) $O/libutfall-serve.a $O/libutfall.a
	$(call program)
$(tests): $O/%: $O/%.o $(test_libs)
	$(call program,$(CMOCKA_LIBS))
$(helper_src:%.c=$O/%) $(benches): $O/%: $O/%.o $(test_libs)
	$(call program)
$(preload_src:%.c=$O/%.so): $O/%.so: $O/%.o
	$(call say,LINK,$@)
	$Q $(CC) -shared -o $@ $< -ldl
ifeq ($(VARIANT),fuzz)
$(fuzzers): $O/%: $O/%.o $(test_libs)
	$(call program,-fsanitize=fuzzer)
else
$(fuzzers): $O/%: $O/%.o $O/tests/fuzz/replay.o $(test_libs)
	$(call program)
endif

# The release programs are copied to where people look for them.
ifneq ($P,$O)
build/utfall build/utfall-audit: build/%: $O/% FORCE
	@cmp -s $< $@ || { rm -f $@; cp $< $@; }
endif

$(foreach g,$(EMBEDS),$O/embed/$g.c): $O/embed/%.c: src/base/embed.sh $O/embed/%.list
	$(call say,EMBED,$*)
	$Q sh src/base/embed.sh $* '$(embed_dir.$*)' $(embed.$*) >$@
$O/embed/build.c: $(engine_src) $O/lists $O/flags
	$(call say,EMBED,build)
	$Q mkdir -p $(@D)
	$Q { echo 'extern const char engine_build[65];'; printf 'const char engine_build[65] = "%s";\n' \
		"$$({ cat $O/flags; sha256sum $(engine_src); } | sha256sum | cut -c1-64)"; } >$@
$O/embed/%.list: FORCE
	$(call keep,$(embed.$*))
$(foreach g,$(EMBEDS),$(eval $O/embed/$g.c: $(embed.$g)))

FORCE:
.PHONY: all programs check check-run test test-run test-programs accept asan pairs coverage \
	fuzz fuzz-run bench bench-programs soak demo demo-serve interop check-source check-layers \
	check-headers check-symbols lint lint-run fmt map deps deps-check deps-interop \
	console browser deps-browser install uninstall simulate tamper clean help FORCE
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

-include $(shell test -d $O && find $O build/lint -name '*.d' 2>/dev/null)
