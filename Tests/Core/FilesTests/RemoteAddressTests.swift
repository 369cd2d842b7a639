import Files
import Foundation
import Messages
import Testing
import TestSupport

@Suite("Addresses on other machines")
struct RemoteAddressTests {
  static let addresses: [(text: String, says: String)] = [
    ("gs://bucket/model.ckpt-1", "Google Cloud Storage"), ("gs:/bucket/model.ckpt-1", "gcloud storage cp"),
    ("s3://bucket/x", "Amazon S3"), ("S3A://bucket/x", "aws s3 cp"), ("hdfs://name:9000/x", "hdfs dfs -get"),
    ("https://host/x?a=b", "on the web"), ("http://host", "wget"), ("az://container/x", "Azure"),
    ("abfss://container@host/x", "azcopy"), ("hf://org/model", "Hugging Face"), ("dbfs:/x", "Databricks"),
    ("ftp://host/x", "FTP"), ("sftp://host/x", "scp"), ("cns2+x://cell/x", "(cns2+x:)"),
    ("file:///data/my%20model", "Give the path instead: /data/my model"),
    ("file://localhost/data/x", "Give the path instead: /data/x"),
  ]

  @Test("are told from paths, and named", arguments: addresses)
  func named(text: String, says: String) throws {
    let address = try #require(RemoteAddress(text))
    #expect(address.adviceForInput.text.contains(says), "\(address.adviceForInput)")
    for error in [FileError(.cannotOpen(ENOENT), file: text), FileError(.cannotOpen(ENAMETOOLONG), file: text)] {
      #expect("\(error)" == "\(text): \(address.adviceForInput)")
      #expect(error.category == .noInput)
    }
    let error = FileError(.cannotCreate(ENOENT), file: text)
    #expect("\(error)".contains("Nothing was written") && error.category == .cannotCreate)
    #expect(throws: error) { try RemoteAddress.refuse(output: text) }
  }

  @Test("The advice for an output names a program that copies to the address, not from it")
  func outputs() throws {
    let web = try #require(RemoteAddress("https://host/x")).adviceForOutput.text
    #expect(web.hasSuffix("and then copy it to the address."))
    let hadoop = try #require(RemoteAddress("hdfs://name:9000/x")).adviceForOutput.text
    #expect(hadoop.contains("hdfs dfs -put"))
  }

  @Test(
    "are no paths that merely have a colon",
    arguments: [
      "model.ckpt", "a:b", "C:/models/x", "c://models", "x:/y", "/gs://x", "./gs://x", "", ":", "://x", "1a://x",
      "a b://x",
      "gs:bucket", "mailto:x", "é://x",
    ])
  func paths(text: String) {
    #expect(RemoteAddress(text) == nil)
    #expect(throws: Never.self) { try RemoteAddress.refuse(output: text) }
  }

  @Test("A file that is there is opened, whatever its name, and another failure keeps its words")
  func localNames() throws {
    let error = FileError(.cannotOpen(EACCES), file: "gs://bucket/x")
    #expect("\(error)".contains("cannot be opened"))
  }
}
