public import CErpKernel

@c @implementation
public func erpk_abi_version() -> Int32 {
    ERPK_ABI_VERSION
}
