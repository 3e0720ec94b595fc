using NestC.IR;

namespace NestC.Builtin;

/// <summary>
/// Letters for kinds of attributes and types, as test/NestC.Bench/upstream_attributes.py and upstream_types.py offer them to mlir-opt; a
/// NUL for what was never offered, and so is never refused.
/// </summary>
internal static class UpstreamKinds
{
    public static char Of(Attr attr) => attr switch
    {
        IntegerAttr integer => OfInteger(integer),
        FloatAttr real => real.FloatType.Kind switch { FloatKind.F16 => 'q', FloatKind.F32 => 'r', FloatKind.F64 => 's', _ => '\0' },
        StringAttr text => text.Type is NoneType ? 't' : '\0',
        TypeAttr type => type.Value switch
        {
            IntegerType { IsSignless: true, Width: 32 } => 'u',
            FloatType { Kind: FloatKind.F32 } => 'v',
            IndexType => 'w',
            FunctionType => 'x',
            MemRefType => 'y',
            RankedTensorType => 'z',
            VectorType => 'A',
            _ => '\0',
        },
        SymbolRefAttr symbol => symbol.IsFlat ? 'B' : 'C',
        ArrayAttr array => OfArray(array),
        DictionaryAttr => 'P',
        UnitAttr => 'Q',
        AffineMapAttr => 'R',
        IntegerSetAttr => 'S',
        DenseElementsAttr dense => OfDense(dense),
        DenseArrayAttr array => OfDenseArray(array),
        StridedLayoutAttr => '4',
        LocationAttr => '5',
        OpaqueAttr opaque => Upstream.HasDialect(opaque.DialectName.Utf8) ? '\0' : '6',
        DistinctAttr => '7',
        _ => '\0',
    };

    private static char OfInteger(IntegerAttr integer)
    {
        if (integer.IsWide) return '\0';
        int sign = Math.Sign(integer.Value);
        return integer.Type switch
        {
            IndexType => sign > 0 ? 'f' : sign < 0 ? 'l' : 'p',
            IntegerType { IsSigned: true, Width: 32 } => 'g',
            IntegerType { IsUnsigned: true, Width: 32 } => 'h',
            IntegerType { IsSignless: true, Width: 1 } => 'a',
            IntegerType { IsSignless: true, Width: 8 } => sign > 0 ? 'b' : '\0',
            IntegerType { IsSignless: true, Width: 16 } => sign > 0 ? 'c' : sign < 0 ? 'i' : 'm',
            IntegerType { IsSignless: true, Width: 32 } => sign > 0 ? 'd' : sign < 0 ? 'j' : 'n',
            IntegerType { IsSignless: true, Width: 64 } => sign > 0 ? 'e' : sign < 0 ? 'k' : 'o',
            _ => '\0',
        };
    }

    // Of the elements' common kind; a mixture was never offered.
    private static char OfArray(ArrayAttr array)
    {
        if (array.Count == 0) return 'D';
        char kind = OfElement(array[0]);
        for (int i = 1; i < array.Count; i++)
            if (OfElement(array[i]) != kind) return '\0';
        return kind;
    }

    private static char OfElement(Attr attr) => attr switch
    {
        IntegerAttr { Type: IntegerType { IsSignless: true } type } => type.Width switch { 1 => 'L', 32 => 'F', 64 => 'E', _ => '\0' },
        StringAttr => 'G',
        TypeAttr { Value: IntegerType { IsSignless: true, Width: 32 } or FloatType { Kind: FloatKind.F32 } } => 'H',
        SymbolRefAttr { IsFlat: true } => 'I',
        AffineMapAttr => 'J',
        UnitAttr => 'K',
        DictionaryAttr => 'M',
        ArrayAttr inner => inner.Count == 0 || inner[0] is IntegerAttr { Type: IntegerType { IsSignless: true, Width: 64 } } ? 'N' : '\0',
        FloatAttr { Type: FloatType { Kind: FloatKind.F32 } } => 'O',
        _ => '\0',
    };

    private static char OfDense(DenseElementsAttr dense) => (dense.ShapedType, dense.ElementType) switch
    {
        (RankedTensorType, IntegerType { IsSignless: true, Width: 64 }) => 'T',
        (RankedTensorType, IntegerType { IsSignless: true, Width: 32 }) => 'U',
        (RankedTensorType, FloatType { Kind: FloatKind.F32 }) => 'V',
        (VectorType, IntegerType { IsSignless: true, Width: 32 }) => 'W',
        (RankedTensorType, IndexType or IntegerType { IsSignless: true, Width: 1 or 8 }) => '8',
        _ => '\0',
    };

    private static char OfDenseArray(DenseArrayAttr array) => array.ElementType switch
    {
        IntegerType { Width: 32 } => array.Count == 0 ? '2' : 'X',
        IntegerType { Width: 64 } => array.Count == 0 ? '3' : 'Y',
        IntegerType { Width: 1 } => array.Count == 0 ? '\0' : 'Z',
        IntegerType { Width: 8 } => array.Count == 0 ? '\0' : '0',
        FloatType { Kind: FloatKind.F32 } => array.Count == 0 ? '\0' : '1',
        _ => '\0',
    };

    public static char Of(IrType type) => type switch
    {
        IntegerType { IsSignless: true } integer => integer.Width switch { 1 => 'a', 8 => 'b', 16 => 'c', 32 => 'd', 64 => 'e', _ => '\0' },
        IntegerType { Width: 32 } integer => integer.IsSigned ? 'f' : 'g',
        IndexType => 'h',
        FloatType real => real.Kind switch { FloatKind.F16 => 'i', FloatKind.BF16 => 'j', FloatKind.F32 => 'k', FloatKind.F64 => 'l', _ => '\0' },
        NoneType => 'm',
        FunctionType => 'n',
        ComplexType { ElementType: FloatType { Kind: FloatKind.F32 or FloatKind.F64 } } => 'o',
        TupleType => 'p',
        RankedTensorType { Encoding: null } tensor => OfShaped(tensor, "qrst"),
        UnrankedTensorType => 'u',
        MemRefType memref => memref.HasIdentityLayout && memref.MemorySpace is null ? OfShaped(memref, "vwx\0") : '\0',
        UnrankedMemRefType => 'y',
        VectorType vector => OfShaped(vector, "zAB\0"),
        OpaqueType opaque => OfOpaque(opaque),
        _ => '\0',
    };

    // Of ranks and element types like those that were offered.
    private static char OfShaped(ShapedType type, string letters)
    {
        if (type.Rank > 3) return '\0';
        return type.ElementType switch
        {
            IntegerType { IsSignless: true, Width: 1 or 8 or 16 or 32 or 64 } => letters[0],
            FloatType { Kind: FloatKind.F16 or FloatKind.BF16 or FloatKind.F32 or FloatKind.F64 } => letters[1],
            IndexType => letters[2],
            ComplexType => letters[3],
            _ => '\0',
        };
    }

    private static char OfOpaque(OpaqueType type)
    {
        if (!Upstream.HasDialect(type.DialectName.Utf8)) return 'C';
        return type.ToString() switch
        {
            "!llvm.ptr" => 'D',
            "!transform.any_op" => 'E',
            "!pdl.operation" => 'F',
            "!pdl.type" => 'G',
            "!pdl.value" => 'H',
            "!pdl.attribute" => 'I',
            "!async.token" => 'J',
            "!gpu.async.token" => 'K',
            "!shape.shape" => 'L',
            "!shape.size" => 'M',
            "!transform.any_value" => 'N',
            "!transform.param<i64>" => 'O',
            "!pdl.range<operation>" => 'P',
            "!pdl.range<type>" => 'Q',
            "!pdl.range<value>" => 'R',
            _ => '\0',
        };
    }
}
