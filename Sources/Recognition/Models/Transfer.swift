import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One try at fetching a file: a request, its redirects, and the bytes that come.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    enum Outcome: Sendable {
        case complete
        /// The bytes so far are kept; a later try may go on.
        case interrupted(ModelError)
        /// The bytes so far are of another file.
        case startAgain
        case failed(any Error)
    }

    // Delegate calls come one at a time on the session's own queue; the lock guards what `run` shares with it.
    private let part: PartialFile
    private let address: URL
    private var mark: PartialFile.Mark
    private let resumes: Bool
    /// What the server declared when the bytes so far came.
    private let formerDigest: String?
    private let freeSpace: @Sendable () -> Int64
    private let reserve: Int64
    private let progress: @Sendable (Int64, Int64?) throws -> Void
    private var output: FileHandle?
    private var written: Int64 = 0
    private var total: Int64?
    private var verdict: Outcome?
    private let lock = NSLock()
    private var continuation: CheckedContinuation<Outcome, Never>?
    private var task: URLSessionDataTask?
    private var isCancelled = false

    init(
        part: PartialFile, address: URL, mark: PartialFile.Mark?, freeSpace: @escaping @Sendable () -> Int64, reserve: Int64,
        progress: @escaping @Sendable (Int64, Int64?) throws -> Void
    ) {
        self.part = part
        self.address = address
        // Without a tag nobody can say that the rest belongs to the beginning.
        resumes = mark?.tag != nil && part.size > 0
        formerDigest = mark?.sha256
        self.mark = mark ?? PartialFile.Mark(address: address.absoluteString)
        self.freeSpace = freeSpace
        self.reserve = reserve
        self.progress = progress
    }

    /// - Throws: `CancellationError` only.
    func run(idleLimit: Double) async throws -> Outcome {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = idleLimit
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.httpCookieAcceptPolicy = .never
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        let session = URLSession(configuration: configuration, delegate: self, delegateQueue: queue)
        defer { session.invalidateAndCancel() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let task = session.dataTask(with: request(address))
                lock.withLock {
                    self.continuation = continuation
                    self.task = task
                    if isCancelled { task.cancel() }
                }
                task.resume()
            }
        } onCancel: {
            lock.withLock {
                isCancelled = true
                task?.cancel()
            }
        }
        try Task.checkCancellation()
        return outcome
    }

    private func request(_ address: URL) -> URLRequest {
        var request = URLRequest(url: address)
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        request.setValue("ordrett", forHTTPHeaderField: "User-Agent")
        if resumes, let tag = mark.tag {
            request.setValue("bytes=\(part.size)-", forHTTPHeaderField: "Range")
            request.setValue(tag, forHTTPHeaderField: "If-Range")
        }
        return request
    }

    private func header(_ response: HTTPURLResponse, _ name: String) -> String? {
        response.allHeaderFields.first { ($0.key as? String)?.lowercased() == name }?.value as? String
    }

    private static func bare(_ tag: String) -> String { tag.trimmingCharacters(in: CharacterSet(charactersIn: "\" ")) }

    /// What the server says of the file before it sends it elsewhere.
    private func learn(from response: HTTPURLResponse) {
        // An entity tag of the store behind it may look like a checksum and be none; only the catalogue's host is asked.
        guard response.url == nil || response.url?.host == address.host else { return }
        if let tag = header(response, "x-linked-etag"), let digest = FileDigest.normalized(Self.bare(tag)) { mark.sha256 = digest }
        if let size = header(response, "x-linked-size").flatMap({ Int64($0) }), size >= 0 { mark.size = size }
        if let commit = header(response, "x-repo-commit"), commit.count <= 64 { mark.commit = commit }
    }

    // MARK: Delegate

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        learn(from: response)
        guard let target = newRequest.url, ModelDownloader.isSafe(target), address.scheme != "https" || target.scheme == "https" else {
            verdict = .failed(ModelError.unsafeAddress(newRequest.url?.host ?? "?"))
            completionHandler(nil)
            return
        }
        completionHandler(request(target))
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        if verdict == nil { verdict = judge(response) }
        completionHandler(verdict == nil ? .allow : .cancel)
    }

    /// nil when bytes may come.
    private func judge(_ response: URLResponse) -> Outcome? {
        guard let response = response as? HTTPURLResponse else { return .failed(ModelError.network(name: part.name, why: "no http answer")) }
        let name = part.name
        switch response.statusCode {
        case 200, 206: break
        case 404, 410: return .failed(ModelError.notFound(name: name))
        case 416: return .startAgain
        case 408, 429, 500...599: return .interrupted(.server(name: name, status: response.statusCode))
        default: return .failed(ModelError.server(name: name, status: response.statusCode))
        }
        learn(from: response)
        let tag = header(response, "etag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
        let length = header(response, "content-encoding") == nil ? header(response, "content-length").flatMap { Int64($0) } : nil
        if response.statusCode == 206 {
            let range = header(response, "content-range").flatMap(Self.range)
            guard resumes, let range, range.start == part.size, range.total == nil || mark.size == nil || range.total == mark.size,
                tag == nil || tag == mark.tag, formerDigest == nil || formerDigest == mark.sha256
            else { return .startAgain }
            total = range.total ?? mark.size
            written = range.start
        } else {
            total = length ?? mark.size
            written = 0
            // What is written down must be about the bytes that follow.
            mark.tag = tag
            if let total { mark.size = total }
        }
        if let total, total - written > freeSpace() - reserve {
            return .failed(ModelError.diskFull(name: name, needed: total - written, free: max(0, freeSpace() - reserve)))
        }
        do {
            if response.statusCode == 200 { part.remove() }
            try part.write(mark)
            if !FileManager.default.fileExists(atPath: part.path) {
                guard FileManager.default.createFile(atPath: part.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                    throw ModelError.cannotWrite(name: name, code: EACCES)
                }
            }
            output = FileHandle(forWritingAtPath: part.path)
            guard try output?.seekToEnd() == UInt64(written) else { throw ModelError.cannotWrite(name: name, code: EIO) }
            try progress(written, total)
        } catch { return .failed(error) }
        return nil
    }

    static func range(_ text: String) -> (start: Int64, total: Int64?)? {
        // bytes 100-199/200
        let parts = text.split { $0 == " " || $0 == "-" || $0 == "/" }
        guard parts.count == 4, parts[0].lowercased() == "bytes", let start = Int64(parts[1]) else { return nil }
        return (start, Int64(parts[3]))
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard verdict == nil else { return }
        do {
            try output?.write(contentsOf: data)
            written += Int64(data.count)
            if let total, written > total { verdict = .startAgain } else { try progress(written, total) }
        } catch {
            let isSystem = (error as NSError).domain == NSCocoaErrorDomain || (error as NSError).domain == NSPOSIXErrorDomain
            verdict = .failed(isSystem && !(error is CancellationError) ? ModelError.cannotWrite(name: part.name, code: ENOSPC) : error)
        }
        if verdict != nil { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        try? output?.close()
        output = nil
        let outcome: Outcome
        if let verdict {
            outcome = verdict
        } else if let error {
            let code = (error as? URLError)?.code.rawValue ?? (error as NSError).code
            outcome = .interrupted(.network(name: part.name, why: "connection lost, \(code)"))
        } else if let total, written < total {
            outcome = .interrupted(.wrongSize(name: part.name, expected: total, got: written))
        } else {
            outcome = .complete
        }
        let waiting = lock.withLock { () -> CheckedContinuation<Outcome, Never>? in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: outcome)
    }
}
