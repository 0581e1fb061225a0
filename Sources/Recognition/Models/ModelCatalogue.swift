import Foundation

/// A model that can be fetched: where from, which files, and roughly how large.
public struct CatalogueModel: Sendable, Hashable, Codable {
    public enum Format: String, Sendable, Hashable, Codable, CaseIterable {
        /// One ggml file, for whisper.cpp.
        case ggml
        /// The same with weights of 5 bits: smaller, a little less exact.
        case ggmlQ5 = "ggml-q5_0"
        /// A CTranslate2 folder, for faster-whisper.
        case ct2
    }

    public struct File: Sendable, Hashable, Codable {
        /// Name in the model's own folder.
        public var name: String
        /// Paths in the repository, tried in order.
        public var sources: [String]
        public var isRequired: Bool
    }

    /// For example `nb-whisper-large-verbatim-ct2`.
    public var id: String
    public var format: Format
    public var isVerbatim: Bool
    /// `tiny` … `large`.
    public var size: String
    /// Approximate, in MB, for showing before a download; the server says exactly.
    public var megabytes: Int
    /// On huggingface.co.
    public var repository: String
    public var licence: String
    public var files: [File]

    /// The engine that reads it.
    public var engine: String { format == .ct2 ? FasterWhisperEngine.engineName : WhisperCppResult.engine }
}

/// The models Ordrett knows: NB-Whisper of the National Library of Norway.
///
/// There are no checksums in here: none could be established when this was written. What a download is held against is the
/// SHA-256 that the server declares for each large file, or one that the user gives; see ``ModelDownloader``.
public enum ModelCatalogue {
    public static let host = URL(string: "https://huggingface.co")

    public static let models: [CatalogueModel] = {
        // Size, MB of ggml, of its 5-bit form, of the CTranslate2 weights as published (float32 in large).
        let sizes = [("tiny", 78, 30, 151), ("base", 148, 55, 290), ("small", 488, 175, 967), ("medium", 1530, 540, 3060), ("large", 3100, 1080, 6170)]
        var models: [CatalogueModel] = []
        for verbatim in [false, true] {
            for (size, ggml, small, ct2) in sizes {
                let name = "nb-whisper-\(size)" + (verbatim ? "-verbatim" : "")
                func add(_ format: CatalogueModel.Format, _ megabytes: Int, _ files: [CatalogueModel.File]) {
                    models.append(
                        CatalogueModel(
                            id: "\(name)-\(format.rawValue)", format: format, isVerbatim: verbatim, size: size, megabytes: megabytes,
                            repository: "NbAiLab/\(name)", licence: "Apache-2.0", files: files))
                }
                add(.ggml, ggml, [.init(name: "ggml-model.bin", sources: ["ggml-model.bin"], isRequired: true)])
                add(.ggmlQ5, small, [.init(name: "ggml-model-q5_0.bin", sources: ["ggml-model-q5_0.bin"], isRequired: true)])
                add(.ct2, ct2, [
                    .init(name: "config.json", sources: ["ct2/config.json"], isRequired: true),
                    .init(name: "vocabulary.json", sources: ["ct2/vocabulary.json"], isRequired: true),
                    // The worker needs these two; without them the library would fetch another model's.
                    .init(name: "tokenizer.json", sources: ["ct2/tokenizer.json", "tokenizer.json", "onnx/tokenizer.json"], isRequired: true),
                    .init(name: "preprocessor_config.json", sources: ["ct2/preprocessor_config.json", "preprocessor_config.json"], isRequired: false),
                    .init(name: "model.bin", sources: ["ct2/model.bin"], isRequired: true),
                ])
            }
        }
        return models
    }()

    /// By id, whatever the letters' case.
    /// - Throws: ``ModelError/unknownModel(_:known:)``.
    public static func model(_ id: String) throws(ModelError) -> CatalogueModel {
        guard let model = models.first(where: { $0.id == id.lowercased() }) else {
            throw .unknownModel(String(id.prefix(80)), known: models.map(\.id))
        }
        return model
    }

    /// Where a file lies on a server laid out as huggingface.co is.
    public static func address(_ path: String, of model: CatalogueModel, revision: String = "main", host: URL) -> URL {
        host.appendingPathComponent("\(model.repository)/resolve/\(revision)/\(path)")
    }
}
