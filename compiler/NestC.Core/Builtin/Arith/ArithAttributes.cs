using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>What may be assumed of an integer operation: that it wraps neither as signed nor as unsigned.</summary>
[Flags, EnumAttr("arith.overflow", Separator = ", ", Description = "Integer overflow arith flags")]
public enum IntegerOverflowFlags
{
    None = 0,
    [Keyword("nsw")] NoSignedWrap = 1,
    [Keyword("nuw")] NoUnsignedWrap = 2,
}

/// <summary>Liberties that may be taken with floating-point operations, as LLVM's fast-math flags.</summary>
[Flags, EnumAttr("arith.fastmath", Separator = ",", Description = "Floating point fast math flags")]
public enum FastMathFlags
{
    None = 0,
    [Keyword("reassoc")] Reassociate = 1,
    [Keyword("nnan")] NoNaNs = 2,
    [Keyword("ninf")] NoInfinities = 4,
    [Keyword("nsz")] NoSignedZeros = 8,
    [Keyword("arcp")] AllowReciprocal = 16,
    Contract = 32,
    [Keyword("afn")] ApproximateFunctions = 64,
    Fast = 127,
}

/// <summary>How a float that does not fit is rounded.</summary>
public enum RoundingMode
{
    ToNearestEven = 0,
    Downward = 1,
    Upward = 2,
    TowardZero = 3,
    ToNearestAway = 4,
}

/// <summary>What `arith.cmpi` asks.</summary>
public enum CmpIPredicate
{
    [Keyword("eq")] Equal = 0,
    [Keyword("ne")] NotEqual = 1,
    [Keyword("slt")] SignedLess = 2,
    [Keyword("sle")] SignedLessEqual = 3,
    [Keyword("sgt")] SignedGreater = 4,
    [Keyword("sge")] SignedGreaterEqual = 5,
    [Keyword("ult")] UnsignedLess = 6,
    [Keyword("ule")] UnsignedLessEqual = 7,
    [Keyword("ugt")] UnsignedGreater = 8,
    [Keyword("uge")] UnsignedGreaterEqual = 9,
}

/// <summary>What `arith.cmpf` asks: ordered predicates are false, unordered ones true, when an operand is NaN.</summary>
public enum CmpFPredicate
{
    [Keyword("false")] AlwaysFalse = 0,
    [Keyword("oeq")] OrderedEqual = 1,
    [Keyword("ogt")] OrderedGreater = 2,
    [Keyword("oge")] OrderedGreaterEqual = 3,
    [Keyword("olt")] OrderedLess = 4,
    [Keyword("ole")] OrderedLessEqual = 5,
    [Keyword("one")] OrderedNotEqual = 6,
    [Keyword("ord")] Ordered = 7,
    [Keyword("ueq")] UnorderedEqual = 8,
    [Keyword("ugt")] UnorderedGreater = 9,
    [Keyword("uge")] UnorderedGreaterEqual = 10,
    [Keyword("ult")] UnorderedLess = 11,
    [Keyword("ule")] UnorderedLessEqual = 12,
    [Keyword("une")] UnorderedNotEqual = 13,
    [Keyword("uno")] Unordered = 14,
    [Keyword("true")] AlwaysTrue = 15,
}
