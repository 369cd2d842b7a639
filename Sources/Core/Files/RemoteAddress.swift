internal import Essentials
public import Messages

/// A path that is an address on another machine, such as `gs://bucket/model.ckpt`. Decant opens only local files and downloads nothing.
///
/// Only the form decides. A local file may have such a name, so check the form only if no local file was found.
public struct RemoteAddress: Sendable, Equatable {
  /// The address as it was typed.
  public let text: String
  /// The scheme in lower case: `gs`, `s3`, `https`.
  public let scheme: String

  /// Recognizes an address; nil for a path.
  ///
  /// One slash is enough after the scheme of a storage service, because programs that clean up paths turn `gs://bucket`
  /// into `gs:/bucket`.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let scheme = text[..<colon].lowercased()
    let rest = text[text.index(after: colon)...]
    guard scheme.utf8.count > 1, scheme.utf8.count <= 20, scheme.first?.isASCIILetter == true,
      scheme.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || "+-.".contains($0) })
    else { return nil }
    guard rest.hasPrefix("//") || (rest.hasPrefix("/") && Self.services.contains { $0.schemes.contains(scheme) }) else {
      return nil
    }
    self.text = text
    self.scheme = scheme
  }

  /// A place that addresses lead to, and the programs that copy from there and, if there is a usual one, to there.
  private struct Service {
    let schemes: [String]
    let title: Message
    let download: Message
    let upload: Message?
  }

  private static let services = [
    Service(
      schemes: ["gs", "gcs"], title: "on Google Cloud Storage", download: "gcloud storage cp -r",
      upload: "gcloud storage cp -r"),
    Service(
      schemes: ["s3", "s3a", "s3n"], title: "on Amazon S3", download: "aws s3 cp --recursive",
      upload: "aws s3 cp --recursive"),
    Service(
      schemes: ["hdfs", "viewfs", "webhdfs", "swebhdfs"], title: "on HDFS", download: "hdfs dfs -get",
      upload: "hdfs dfs -put"),
    Service(
      schemes: ["az", "abfs", "abfss", "wasb", "wasbs", "adl"], title: "on Azure storage", download: "azcopy copy",
      upload: "azcopy copy"),
    Service(schemes: ["dbfs"], title: "on Databricks", download: "databricks fs cp -r", upload: "databricks fs cp -r"),
    Service(schemes: ["hf"], title: "on the Hugging Face hub", download: "hf download", upload: "hf upload"),
    Service(schemes: ["http", "https"], title: "on the web", download: "wget", upload: nil),
    Service(schemes: ["ftp", "ftps"], title: "on an FTP server", download: "wget", upload: nil),
    Service(schemes: ["ssh", "sftp", "scp"], title: "on another machine", download: "scp -r", upload: "scp -r"),
  ]

  private var service: Service? { Self.services.first { $0.schemes.contains(scheme) } }

  /// What the address is, as a noun: `an address on Amazon S3`.
  public var noun: Message {
    if scheme == "file" { return "an address of a local file" }
    return "an address \(service?.title ?? "on another machine or service (\(scheme):)")"
  }

  /// The local path that a `file:` address names; nil for other addresses, and for those that name another machine.
  private var localPath: String? {
    guard scheme == "file", let rest = text.firstRange(of: "://").map({ text[$0.upperBound...] }) else { return nil }
    let path = rest.hasPrefix("localhost/") ? rest.dropFirst(9) : rest
    return path.hasPrefix("/") ? path.percentDecoded ?? String(path) : nil
  }

  /// Why it cannot be read, and what to do, in sentences.
  public var adviceForInput: Message {
    if let localPath { return "is \(noun). Give the path instead: \(localPath)" }
    // A checkpoint's prefix is not a file, and copying one file of a set misses the others.
    let name = text.lastPart
    let whole: Message = name.contains("ckpt") || !name.contains(".") ? ", with all of its files," : ""
    return "is \(noun). Decant reads only local files and downloads nothing. "
      + "Copy it\(whole) to this machine first\(Self.with(service?.download)), and give the path of the copy."
  }

  /// Why it cannot be written, and what to do, in sentences.
  public var adviceForOutput: Message {
    if let localPath { return "is \(noun). Nothing was written. Give the path instead: \(localPath)" }
    return "is \(noun). Decant writes only local files. Nothing was written. "
      + "Write to a local file, and then copy it to the address\(Self.with(service?.upload))."
  }

  private static func with(_ program: Message?) -> Message { program.map { ", for example with '\($0)'" } ?? "" }

  /// Refuses an output that is an address, before any work is done for it.
  ///
  /// - Throws: `FileError.Reason.cannotCreate`, which says that nothing is sent anywhere.
  public static func refuse(output path: String) throws(FileError) {
    guard RemoteAddress(path) != nil else { return }
    var status = stat()
    // A local directory may have the name of a scheme.
    guard unsafe stat(path.directoryPart, &status) != 0 else { return }
    throw FileError(.cannotCreate(ENOENT), file: path)
  }
}

extension Character {
  fileprivate var isASCIILetter: Bool { isASCII && isLetter }
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
