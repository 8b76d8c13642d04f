/// One event of a `text/event-stream`.
struct ServerSentEvent: Equatable, Sendable {
    /// Empty when the server named none.
    let name: String
    let data: String
}

/// Reads server-sent events out of bytes in pieces of any size, as the HTML standard describes them.
///
/// Lines end with LF, CR or CRLF, several data lines are one text, comments and unknown fields are skipped, an event
/// without its closing empty line never happened. It holds the event that is arriving and nothing else.
struct EventStream: Equatable, Sendable {
    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var isFirstLine = true
    private var endedWithReturn = false

    /// The events that these bytes complete.
    mutating func read(_ bytes: [UInt8]) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var start = 0
        var index = 0
        // A plain loop: most of a stream's time is spent here.
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 10 || byte == 13 {
                let isSecondOfPair = byte == 10 && endedWithReturn && start == index
                if !isSecondOfPair {
                    line.append(contentsOf: bytes[start..<index])
                    if let event = endLine() { events.append(event) }
                }
                endedWithReturn = byte == 13
                start = index + 1
            } else {
                endedWithReturn = false
            }
            index += 1
        }
        line.append(contentsOf: bytes[start...])
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        if line.isEmpty { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == 32 { value.removeFirst() }
        if line[..<colon].elementsEqual("data".utf8) {
            if hasData { data.append(10) }
            data.append(contentsOf: value)
            hasData = true
        } else if line[..<colon].elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            name = ""
            data.removeAll(keepingCapacity: true)
            hasData = false
        }
        return hasData ? ServerSentEvent(name: name, data: String(decoding: data, as: UTF8.self)) : nil
    }
}
