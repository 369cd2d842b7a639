# Builds Decant from its source. Untested: Decant is tested on Linux only. Before you publish it, replace `homepage`, `url` and `sha256`
# with those of the release, and run `brew audit --new --formula decant` and `brew test decant`.
class Decant < Formula
  desc "Read old TensorFlow checkpoints without TensorFlow"
  homepage "https://example.org/decant"
  url "https://example.org/decant/archive/refs/tags/v0.3.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on "pkgconf" => :build
  depends_on "swift" => :build
  depends_on "hdf5"
  depends_on "jpeg-turbo"
  depends_on "libpng"
  depends_on "openssl@3"
  depends_on "protobuf-c"
  depends_on "xz"
  depends_on "zstd"

  uses_from_macos "bzip2"
  uses_from_macos "zlib"

  def install
    args = ["--disable-sandbox", "-c", "release", "--product", "decant"]
    args << "--static-swift-stdlib" if OS.linux?
    system "swift", "build", *args
    bin.install ".build/release/decant"
    system "packaging/share.sh", share, bin/"decant"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/decant --version")
    assert_match "Now your own files", shell_output("#{bin}/decant demo")
  end
end
