# Decant: `make demo` and `make test` do everything; `make help` lists the rest.

SWIFT ?= swift
PREFIX ?= /usr/local
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/decant
# Some programs run in another folder.
override CACHE := $(abspath $(CACHE))

.PHONY: help demo test check pages test-pages build test-c test-aarch64 sanitize-kernels sanitize soak damage fuzz fuzz-smoke packages test-packages schemas fixtures fixtures-full bench bench-formats bench-names bench-spark bench-peers
.PHONY: release libdecant wheel deb dist linked-versions test-deb test-bare test-python test-python-peers test-spark bench-python accuracy bench-build results
.PHONY: peer-environments format lint install clean

help:
	@echo 'make demo           build, convert the embedded checkpoint, caption the sample images'
	@echo 'make test           build and run all tests'
	@echo 'make check          before each commit: lint and the fast tests (see CONTRIBUTING.md)'
	@echo 'make pages          write the pages that tests compare with the code (docs/messages.md, docs/public-interface.txt)'
	@echo 'make test-pages     open every kind of page in headless Chromium, which it installs on Debian'
	@echo 'make test-c         test our C alone, under sanitizers'
	@echo 'make test-aarch64   the same, and for aarch64 under qemu-user'
	@echo 'make sanitize-kernels  test the kernels in release under the address and thread sanitizers'
	@echo 'make sanitize       run the whole suite under the address and undefined-behavior sanitizers, then the thread sanitizer'
	@echo 'make fuzz           fuzz one parser: TARGET=hdf5 SECONDS=60 (see Tests/Fuzzing/README.md)'
	@echo 'make fuzz-smoke     fuzz every parser, for a minute in total'
	@echo 'make damage         damage small files of every format at every place, and count what becomes of them (ONLY=npz)'
	@echo 'make soak           10,000 captions and 1,000 conversions in one process (CAPTIONS=, CONVERSIONS=)'
	@echo 'make build          build the release command: .build/release/decant'
	@echo 'make release        build dist/decant, one file that runs on any Linux of this processor'
	@echo 'make libdecant      build dist/libdecant.so and dist/decant.h for programs in other languages'
	@echo 'make wheel          build dist/decant_weights-*.whl, the Python module and the command'
	@echo 'make test-python    test the wheel alone (PYTHON=python3.9 for another version)'
	@echo 'make test-python-peers  compare the wheel with TensorFlow, h5py, safetensors and numpy, value by value'
	@echo 'make test-spark     test integrations/spark on a small cluster (installs Java 17; SPARK=3.5 for another version)'
	@echo 'make bench-python   measure the wheel beside TensorFlow, safetensors and h5py'
	@echo 'make deb            build dist/decant_VERSION_ARCHITECTURE.deb; make test-deb tries it in a bare Debian'
	@echo 'make dist           build all that people download, with SHA256SUMS, in dist/'
	@echo 'make test-bare      try the static program and the wheel of dist/ in bare Debians 11, 12 and 13 (as root, with debootstrap)'
	@echo 'make install        copy the command, its manual and its demo to PREFIX (PREFIX=$(PREFIX))'
	@echo 'make schemas        remake the protobuf-c sources from Schemas/ (needs protoc-c)'
	@echo 'make fixtures       remake Fixtures/ with real TensorFlow (see Fixtures/make/README.md)'
	@echo 'make fixtures-full  make the full-size checkpoint in $(CACHE)'
	@echo 'make bench          measure the engine and the command (see Benchmarks/README.md)'
	@echo 'make bench-formats  measure conversions of other formats beside cp and gzip'
	@echo 'make bench-names    measure how fast the model of a file is recognized by its names'
	@echo 'make bench-spark    measure captions on Spark beside those of a plain process'
	@echo 'make bench-peers    measure them beside other libraries and TensorFlow 0.12.1'
	@echo 'make accuracy       compare the engine with TensorFlow 0.12.1 block by block'
	@echo 'make results        write the figures of both into Benchmarks/RESULTS.md'
	@echo 'make format         format the Swift sources'
	@echo 'make lint           check the format of the Swift sources'
	@echo 'make clean          remove what was built'

packages:
	@.ci/system-packages

# What only tests need.
test-packages:
	@.ci/test-packages

# With Swift's libraries in it, where the toolchain has them to link: the command then starts in a third of the time and runs on
# machines without a toolchain.
STATIC = $(shell $(SWIFT) -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1_static/p')

build: packages
	$(SWIFT) build -c release --product decant $(if $(wildcard $(STATIC)/linux/libFoundationEssentials.a),--static-swift-stdlib) \
	  $(SAME_PATHS)

# What people get lies in dist/. The same commit gives the same bytes, from any folder: no paths of this machine are in them.
DIST ?= dist
override DIST := $(abspath $(DIST))
SAME_PATHS := -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. -Xcc -ffile-prefix-map=$(CURDIR)=.

# What people get is compiled once and linked three times: the compiler gets the same arguments each time, and only the linker gets others.
# There is no debug information, with which the compiler would describe the stack frames of every function in the program too. Each
# function has a section of its own, so that the linker can leave it out.
DIST_BUILD = DECANT_DIST=1 $(SWIFT) build -c release --scratch-path .build/dist --static-swift-stdlib -Xswiftc -static-stdlib \
  -debug-info-format none -Xswiftc -Xfrontend -Xswiftc -function-sections $(SAME_PATHS)
# Two of them at a time would take each other's files.
.NOTPARALLEL:

# Everything is linked in, libhdf5 and the C library too.
release: packages
	DECANT_STATIC=1 $(DIST_BUILD) --product decant -Xlinker --wrap=swift_copyAuxiliaryExecutablePath \
	  -Xlinker -T$(CURDIR)/packaging/static.ld
	install -d $(DIST)
	strip --strip-all -o $(DIST)/decant .build/dist/release/decant

# Only what decant.h declares can be seen from outside, so that the Swift runtime in it meets no other.
libdecant: packages
	$(DIST_BUILD) --product DecantC \
	  -Xlinker --version-script=$(CURDIR)/Sources/Library/CDecant/libdecant.map -Xlinker -soname=libdecant.so
	install -d $(DIST)
	strip --strip-unneeded -o $(DIST)/libdecant.so .build/dist/release/libDecantC.so
	install -m 644 Sources/Library/CDecant/include/decant.h $(DIST)/decant.h

# The Python module, with both of the above in it.
wheel: release libdecant
	python/build.sh $(DIST)/libdecant.so $(DIST)/decant $(DIST)

# The shell finds its name, because make remembers folders as they were at the start.
WHEEL = $(DIST)/decant_weights-*.whl

test-python:
	python/test.sh $(WHEEL) $(PYTEST_OPTIONS)

test-python-peers: peer-environments
	python/test_peers.sh $(WHEEL) $(CACHE)/peers

# SPARK_OPTIONS="-m 'not slow'" leaves out 10,000 pictures. The worker's own tests build the command as `make test` does.
test-spark: packages
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/test --disable-xctest --filter Worker
	integrations/spark/test.sh .build/test/release/decant $(CACHE)/spark $(SPARK_OPTIONS)

bench-python: fixtures-full peer-environments
	cd Benchmarks && python3 -m peers.python_reading --wheel $(WHEEL) --cache $(CACHE) --json $(CACHE)/bench/python.json $(BENCH_OPTIONS)

# For Debian, linked to its libraries; test-deb installs it in a Debian that has nothing else (as root, with debootstrap).
deb: packages
	$(DIST_BUILD) --product decant
	@packaging/debian/build.sh .build/dist/release/decant $(DIST)

test-deb: deb
	packaging/test-deb.sh $(DIST)/decant_*.deb

# After `make dist`.
test-bare:
	packaging/test-bare.sh $(DIST)

# Everything for people, and its checksums. Do not publish it without reading CONTRIBUTING.md.
dist: linked-versions release libdecant wheel deb
	packaging/archive.sh $(DIST)/decant $(DIST)
	cd $(DIST) && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%f\n' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS

# .ci/dist-packages installs Debian's newest.
linked-versions:
	@.ci/bill-of-materials --check

# The wheel's tests come first, so that the last lines are the summary of all others; wheels are built on Linux only.
# The numeric tests need optimized code; `@testable` needs to be asked for in a release build. The folder of its own keeps
# `make build` and `make test` from undoing each other's work.
test: packages test-packages $(if $(filter Linux,$(shell uname)),wheel test-python)
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/test

# What takes minutes: every system call made to fail, every bit damaged, long runs, and each hostile file in a process of its own.
SLOW := --skip FaultTests --skip DamageTests --skip SoakTests --skip HostileInputTests

# The same build as `make test`, so that either goes on from the other.
check: packages test-packages lint
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/test --disable-xctest $(SLOW)

# With the variable set, the tests that compare a page with the code write it.
pages: packages
	DECANT_WRITE_PAGES=1 $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/test --disable-xctest \
	  --filter DocumentationTests

# `swift test` builds the command too; `swift build` would build everything with other flags.
test-pages: packages
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/test --disable-xctest --filter PagesTests
	Tests/Pages/run.sh .build/test/release/decant

test-c:
	@Tests/C/CTests/run.sh

test-aarch64: packages
	@.ci/cross-packages
	@Tests/C/CTests/run.sh --aarch64

# A package of the kernels and their tests alone: the sanitizers are slow, and so is building the rest for them.
sanitize-kernels:
	$(foreach sanitizer,address thread,$(SWIFT) test -c release -Xswiftc -enable-testing --sanitize=$(sanitizer) \
	  --disable-xctest --package-path Tests/Sanitized --scratch-path .build/sanitize-$(sanitizer) &&) true

# Our C is checked for undefined behavior as well; Swift traps where it would have any. Left out are tests that limit the address space
# or put a library before the program's own, which a sanitizer's runtime does not allow; that of the thread sanitizer writes a file as it
# starts, so that the size of files must not be limited either.
UNSANITIZED := --skip HostileInput --skip FaultTests --skip DamageTests

sanitize: packages test-packages
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test -c release -Xswiftc -enable-testing --sanitize=address \
	  -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined --disable-xctest $(UNSANITIZED) \
	  --scratch-path .build/sanitize-all-address
	$(SWIFT) test -c release -Xswiftc -enable-testing --sanitize=thread --disable-xctest $(UNSANITIZED) --skip fullDisk \
	  --scratch-path .build/sanitize-all-thread

CAPTIONS ?= 10000
CONVERSIONS ?= 1000

# One arena of the allocator for all threads: what lies free in several would hide what is lost.
soak: packages
	MALLOC_ARENA_MAX=1 DECANT_SOAK_CAPTIONS=$(CAPTIONS) DECANT_SOAK_CONVERSIONS=$(CONVERSIONS) \
	  $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/test --disable-xctest --filter SoakTests

ONLY ?= all

damage: packages
	DECANT_DAMAGE='$(ONLY)' $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/test --disable-xctest --filter DamageTests

FUZZERS := $(notdir $(wildcard Tests/Fuzzing/fuzz-*))
TARGET ?= sstable
SECONDS ?= 60

fuzz: packages
	Tests/Fuzzing/build.sh fuzz-$(TARGET)
	Tests/Fuzzing/run.sh fuzz-$(TARGET) -max_total_time=$(SECONDS)

fuzz-smoke: packages
	Tests/Fuzzing/build.sh
	@Tests/Fuzzing/smoke.sh $(FUZZERS)

demo: build
	@.build/release/decant demo

schemas:
	Schemas/generate.sh

fixtures:
	Fixtures/make/all.sh

fixtures-full: $(CACHE)/full-size/model.ckpt-3000000

$(CACHE)/full-size/model.ckpt-3000000: Fixtures/make/full_size.py
	python3 Fixtures/make/full_size.py --out $(CACHE)/full-size

# What `make bench` and `make bench-peers` share; both leave their figures as JSON for `make results`.
MEASURE := --decant $(CURDIR)/.build/release/decant --engine-bench $(CURDIR)/Benchmarks/.build/release/engine-bench --cache $(CACHE)
BENCH_MODEL := $(CACHE)/bench/model.safetensors
BENCHMARKS := DECANT_BENCHMARKS=1 $(SWIFT) build -c release --scratch-path Benchmarks/.build
PEER_MODELS := $(CACHE)/peers/models

bench: bench-build
	cd Benchmarks && python3 -m measure.bench $(MEASURE) --json $(CACHE)/bench/bench.json $(BENCH_OPTIONS)

bench-formats: build
	mkdir -p $(CACHE)/bench
	cd Benchmarks && python3 -m measure.formats --decant $(CURDIR)/.build/release/decant --scratch $(CACHE)/bench \
	  --json $(CACHE)/bench/formats.json $(BENCH_OPTIONS)

# Recognition of a model by 10,000 names, which should take at most 5 ms.
bench-names: packages
	$(BENCHMARKS) --product names-bench
	Benchmarks/.build/release/names-bench

# Spark beside a plain process, on the full-size model.
bench-spark: build $(BENCH_MODEL)
	mkdir -p $(CACHE)/bench
	environment=$$(integrations/spark/environment.sh $(CACHE)/spark) && "$$environment/bin/python" integrations/spark/measure.py \
	  --decant .build/release/decant --model $(BENCH_MODEL) --pictures Fixtures/scenes/images $(BENCH_OPTIONS) \
	  | tee $(CACHE)/bench/spark.md

bench-peers: bench-build $(PEER_MODELS)/encoder.bin
	cd Benchmarks && python3 -m peers.compare $(MEASURE) --json $(CACHE)/bench/peers.json $(BENCH_OPTIONS)

results:
	cd Benchmarks && python3 -m peers.report --bench $(CACHE)/bench/bench.json --peers $(CACHE)/bench/peers.json \
	  $(addprefix --accuracy ,$(wildcard $(CACHE)/accuracy/accuracy.md)) \
	  $(addprefix --python ,$(wildcard $(CACHE)/bench/python.json)) \
	  $(addprefix --spark ,$(wildcard $(CACHE)/bench/spark.md)) --out RESULTS.md

accuracy: packages fixtures-full
	$(BENCHMARKS) --product accuracy-report
	Benchmarks/accuracy.sh $(CACHE) $(ACCURACY_OPTIONS)

bench-build: build $(BENCH_MODEL)
	$(BENCHMARKS) --product engine-bench

$(BENCH_MODEL): $(CACHE)/full-size/model.ckpt-3000000 | build
	mkdir -p $(@D)
	.build/release/decant convert --force $< --vocab $(<D)/word_counts.txt -o $@

$(PEER_MODELS)/encoder.bin: $(BENCH_MODEL) $(addprefix Benchmarks/peers/,models.py weights.py inception_v3.py onnx_graph.py ncnn_graph.py) | peer-environments
	mkdir -p $(@D)
	cd Benchmarks && $(CACHE)/peers/libraries/bin/python -m peers.models $(BENCH_MODEL) $(@D)

peer-environments:
	Benchmarks/peers/setup.sh $(CACHE)/peers

format:
	$(SWIFT) format -i -r Package.swift Sources Tests Benchmarks/Sources

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests Benchmarks/Sources

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 .build/release/decant $(DESTDIR)$(PREFIX)/bin/decant
	packaging/share.sh $(DESTDIR)$(PREFIX)/share .build/release/decant

clean:
	rm -rf .build
