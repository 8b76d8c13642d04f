internal import CErpKernel

/// Why a rule was refused: a status of the ABI, the JSON pointer of the node, a message and perhaps a hint.
struct RuleFault: Error {
    let code: Int32
    let path: [UInt8]
    let message: [UInt8]
    let hint: [UInt8]

    init(_ code: Int32, at path: [UInt8], _ message: [UInt8], hint: [UInt8] = []) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }

    init(_ code: Int32, at path: [UInt8], _ message: StaticString) {
        self.init(code, at: path, [UInt8](message))
    }
}

/// A message put together from parts.
func text(_ first: StaticString, _ middle: [UInt8] = [], _ last: StaticString = "") -> [UInt8] {
    var result = [UInt8](first)
    result.append(contentsOf: middle.prefix(64))
    result.append(last)
    return result
}
