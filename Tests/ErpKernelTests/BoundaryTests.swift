import CErpKernel
import Testing

@testable import ErpKernel

@Test("the library and the header agree on the ABI version")
func abiVersion() {
    #expect(erpk_abi_version() == ERPK_ABI_VERSION)
}
