import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A small HTTP server on 127.0.0.1, for tests: one thread, one request a connection.
final class LocalServer: @unchecked Sendable {
    struct Request: Sendable {
        var path: String
        /// Names in lower case.
        var headers: [String: String]
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Content-Length, when not the body's.
        var declared: Int?
        /// Closes the connection after so many bytes of the body.
        var cutAfter: Int?
    }

    let port: UInt16
    private let listener: Int32
    private let lock = NSLock()
    private var asked: [Request] = []
    private var isOpen = true
    private let answer: @Sendable (Request, Int) -> Answer

    /// - Parameter answer: gets the request and how many came before it.
    init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
        self.answer = answer
        #if canImport(Glibc)
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                bind(descriptor, plain, length) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, plain, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread { [weak self] in
            while let self, self.lock.withLock({ self.isOpen }) {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                self.serve(connection)
                close(connection)
            }
        }
        thread.start()
    }

    var requests: [Request] { lock.withLock { asked } }
    var url: URL { URL(string: "http://127.0.0.1:\(port)")! }

    func stop() {
        lock.withLock { isOpen = false }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var bytes: [UInt8] = []
        while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let path = lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let request = Request(path: path, headers: headers)
        let before = lock.withLock { () -> Int in
            asked.append(request)
            return asked.count - 1
        }
        let answer = self.answer(request, before)
        var head = "HTTP/1.1 \(answer.status) X\r\nConnection: close\r\nContent-Length: \(answer.declared ?? answer.body.count)\r\n"
        for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
        send(connection, Array((head + "\r\n").utf8))
        send(connection, Array(answer.body.prefix(answer.cutAfter ?? .max)))
        shutdown(connection, Int32(SHUT_WR))
    }

    private func send(_ connection: Int32, _ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            #if canImport(Glibc)
                let count = bytes.withUnsafeBytes { Glibc.send(connection, $0.baseAddress! + done, $0.count - done, Int32(MSG_NOSIGNAL)) }
            #else
                let count = bytes.withUnsafeBytes { Darwin.send(connection, $0.baseAddress! + done, $0.count - done, 0) }
            #endif
            if count <= 0 { return }
            done += count
        }
    }
}

/// Serves one file's bytes as a good server does, with ranges.
func ranged(_ bytes: [UInt8], tag: String = "\"v1\"", request: LocalServer.Request, cutAfter: Int? = nil) -> LocalServer.Answer {
    if let range = request.headers["range"], range.hasPrefix("bytes="), request.headers["if-range"] == tag,
        let start = Int(range.dropFirst(6).prefix { $0.isNumber }), start < bytes.count
    {
        return .init(
            status: 206, headers: [("ETag", tag), ("Content-Range", "bytes \(start)-\(bytes.count - 1)/\(bytes.count)")],
            body: Array(bytes[start...]), cutAfter: cutAfter)
    }
    return .init(headers: [("ETag", tag)], body: bytes, cutAfter: cutAfter)
}
