# viaduct: SIP proxy, registrar and redirect server with an RTP/RTCP relay
#
#   make            build/viaduct
#   make check      install what is missing, then lint, both compilers, all
#                   tests, the suite under ASan and UBSan, calls over real NAT
#   make demo       two phones behind NAT hold a call: PASS or FAIL
#   make run        build and run on the embedded default configuration
#   make lint       format, clang-tidy, cppcheck, shellcheck, layers
#   make unit       the libcheck suites alone (SUITE=name for one)
#   make net        the calls over real NAT alone
#   make fuzz       each fuzz target for FUZZ_TIME seconds (60)
#   make replay     the fuzz targets over their corpora
#   make bench      the benchmarks, beside rtpengine and Kamailio
#   make install    DESTDIR, PREFIX (/usr/local); make uninstall
#   make deb        a Debian package, in build
#   make clean
#
#   SAN=1 builds with ASan and UBSan, CC=clang with clang, BPF= without eBPF;
#   each combination has a folder of its own.

CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
B       := build$(if $(findstring clang,$(CC)),-clang)$(if $(SAN),-san)
PREFIX  ?= /usr/local
VERSION := 0.1.0
FUZZ_TIME ?= 60
CLANG   ?= clang

# programs for the kernel, where there is what builds them
BPFTOOL := $(shell PATH=$$PATH:/usr/sbin command -v bpftool)
ifeq ($(origin BPF),undefined)
BPF     := $(if $(BPFTOOL),$(shell command -v $(CLANG) >/dev/null && \
	pkg-config --exists libbpf && echo 1))
else
B       := $B$(if $(BPF),,-nobpf)
endif

PKGS    := libre librem libconfuse sqlite3 libssl libcrypto libcares jansson libcurl \
	libmicrohttpd liblz4
CFLAGS  ?= -O2 -g
CPPFLAGS += -I. -D_GNU_SOURCE -DHAVE_INTTYPES_H -DHAVE_STDBOOL_H \
	-DHAVE_INET6 -DVIADUCT_VERSION='"$(VERSION)"' \
	$(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
WARN    := -std=c11 -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-align -Wpointer-arith -Wwrite-strings
HARDEN  := -fstack-protector-strong -fPIE -fno-strict-aliasing
LDLIBS  := -lre -lrem -lconfuse -lsqlite3 -lssl -lcrypto -lwslay -lcares \
	-ljansson -lcurl -lmicrohttpd -llz4 -lpthread -lm
LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed
ifneq ($(BPF),)
CPPFLAGS += -DHAVE_BPF -Ibuild/bpf
LDLIBS  += -lbpf
endif
ifdef SAN
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
else
HARDEN  += -D_FORTIFY_SOURCE=2
endif
ALLFLAGS = $(CPPFLAGS) $(WARN) $(HARDEN) $(SANFLAGS) $(CFLAGS)

SRCS    := $(filter-out proxy/main.c %.bpf.c,$(wildcard common/*.c relay/*.c \
	relay/*/*.c proxy/*.c proxy/*/*.c proxy/*/*/*.c))
SKELS   := $(if $(BPF),$(patsubst %.bpf.c,build/bpf/%.skel.h,$(notdir \
	$(wildcard relay/kernel/*.bpf.c))))
TESTS   := $(wildcard test/*.c test/common/*.c test/relay/*.c test/proxy/*.c \
	test/relay/*/*.c test/proxy/*/*.c test/proxy/*/*/*.c test/mock/*.c \
	test/scenario/*.c)
FUZZERS := $(patsubst test/fuzz/%.c,%,$(wildcard test/fuzz/*.c))
BENCHES := $(patsubst test/bench/%.c,%,$(wildcard test/bench/*.c))
TOOLS   := $(patsubst test/tool/%.c,%,$(wildcard test/tool/*.c))

# files that are inside of the binary
ASSETS  := $(sort $(wildcard proxy/admin/http/*.json proxy/admin/http/ui/*))

LIB     := $(SRCS:%.c=$B/%.o) $B/assets.o

all: $B/viaduct

$B/viaduct: $B/proxy/main.o $(LIB)
	@echo "  LD    $@"
	@$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# mem_zalloc is wrapped for the out-of-memory ladder, the store's items for
# disks that fail, flows for a kernel that is played by hand
comma   := ,
FLOWS   := flows_attached flows_count flows_beat flow_add flow_start \
	flow_started flow_counts flow_measured flow_keep flow_headers flow_stop \
	flow_remove
$B/selftest: $(TESTS:%.c=$B/%.o) $(LIB)
	@echo "  LD    $@"
	@$(CC) $(SANFLAGS) $(LDFLAGS) -Wl,--wrap=mem_zalloc \
		-Wl,--wrap=store_items_replace,--wrap=store_items_all \
		$(FLOWS:%=-Wl$(comma)--wrap=%) \
		-o $@ $^ $(LDLIBS) \
		-lcheck -lsubunit -lrt -lm

$(BENCHES:%=$B/bench/%): $B/bench/%: $B/test/bench/%.o $(LIB)
	@echo "  LD    $@"
	@mkdir -p $(@D)
	@$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/bench/media: $(patsubst %.c,$B/%.o,$(wildcard test/bench/media/*.c))
$B/bench/smooth: $(patsubst %.c,$B/%.o,$(wildcard test/bench/smooth/*.c))

$B/tool/chart: $(patsubst %.c,$B/%.o,$(wildcard test/tool/chart/*.c))
$(TOOLS:%=$B/tool/%): $B/tool/%: $B/test/tool/%.o $(LIB)
	@echo "  LD    $@"
	@mkdir -p $(@D)
	@$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/tool/evil: $(patsubst %.c,$B/%.o,$(wildcard test/tool/evil/*.c))
$B/tool/truth: $(patsubst %.c,$B/%.o,$(wildcard test/tool/truth/*.c))

$B/%.o: %.c | $(SKELS)
	@echo "  CC    $<"
	@mkdir -p $(@D)
	@$(CC) $(ALLFLAGS) -MMD -MP -c -o $@ $<

# the folder's time says that a file has gone
build/assets.c: scripts/assets $(ASSETS) $(wildcard proxy/admin/http/ui)
	@echo "  GEN   $@"
	@mkdir -p $(@D)
	@scripts/assets $(ASSETS) >$@.tmp && mv $@.tmp $@
$B/assets.o build-fuzz/assets.o: build/assets.c
	@echo "  CC    $<"
	@mkdir -p $(@D)
	@$(CC) $(ALLFLAGS) -c -o $@ $<

# one object for all builds: <name.skel.h> has it inside, and what it says of
# its source for the verifier's words, so not where this tree lies.
# Freestanding, for the C library's headers do not know this machine; each thing at its own
# place of the stack, and put aside whole (v2 has no half registers): without
# CAP_PERFMON older verifiers refuse what overwrites a part of it
build/bpf/%.bpf.o: relay/kernel/%.bpf.c Makefile
	@echo "  BPF   $<"
	@mkdir -p $(@D)
	@$(CLANG) -target bpf -mcpu=v2 -std=gnu11 -ffreestanding -O2 -g \
		-ffile-prefix-map=$(CURDIR)=. \
		-Wall -Wextra -Werror -Wno-unused-function -I. \
		-mllvm -no-stack-coloring $(shell $(CLANG) -v -E - </dev/null \
		2>&1 | sed -n \
		'/<...> search/,/^End/s/^ \(\/.*\)/-idirafter \1/p') \
		-MMD -MP -c -o $@.full $< -MT $@ -MF $(@:.o=.d)
	@$(BPFTOOL) gen object $@ $@.full
build/bpf/%.skel.h: build/bpf/%.bpf.o
	@{ echo '/* NOLINTBEGIN: not ours */' && \
		$(BPFTOOL) gen skeleton $< name $*_bpf && \
		echo '/* NOLINTEND */'; } >$@.tmp && mv $@.tmp $@

# libFuzzer is clang's
build-fuzz/%.o: %.c | $(SKELS)
	@echo "  FUZZ  $<"
	@mkdir -p $(@D)
	@$(CLANG) $(CPPFLAGS) $(WARN) -O1 -g -fno-omit-frame-pointer \
		-fsanitize=fuzzer-no-link,address,undefined \
		-fno-sanitize-recover=all -MMD -MP -c -o $@ $<
$(FUZZERS:%=build-fuzz/%): build-fuzz/%: build-fuzz/test/fuzz/%.o \
		$(SRCS:%.c=build-fuzz/%.o) build-fuzz/assets.o
	@echo "  LD    $@"
	@$(CLANG) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LDLIBS)

check demo run: bootstrap
check:
	@scripts/check
demo:
	@scripts/demo
run: all
	$B/viaduct run
bootstrap:
	@scripts/bootstrap
lint: $(SKELS)
	@scripts/lint
unit: $B/selftest
	@$B/selftest $(SUITE)
net: all tools $B/bench/smooth
	@test/net/run
tools: $(TOOLS:%=$B/tool/%)
fuzzers: $(FUZZERS:%=build-fuzz/%)
fuzz replay: fuzzers
	@scripts/fuzz $@ $(FUZZ_TIME) $(FUZZERS)
bench: all $(BENCHES:%=$B/bench/%)
	@scripts/bench
install: all
	@DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) scripts/package/install \
		install $B/viaduct
uninstall:
	@DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) scripts/package/install uninstall
deb:
	@scripts/package/deb
flags:
	@: $(info $(CPPFLAGS) -std=c11)
clean:
	rm -rf build build-clang build-san build-clang-san build-fuzz \
		build-nobpf build-deb

.PHONY: all check demo run bootstrap lint unit net tools fuzz fuzzers replay \
	bench flags install uninstall deb clean
.SECONDARY:
-include $(shell find $B build/bpf build-fuzz -name '*.d' 2>/dev/null)
