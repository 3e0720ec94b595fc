using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Graph;

/// <summary>`!graph.string`: what tensors of text have as elements.</summary>
public sealed class StringType : IrType
{
    private StringType() : base(Hash.OfBytes("graph.string"u8))
    {
    }

    public static StringType Get(NestContext context) => context.Intern(new StringType());

    protected override bool SameStructure(Interned other) => other is StringType;

    public override void Print(AsmPrinter printer) => printer.Out.Write("!graph.string"u8);
}

/// <summary>`!graph.sequence&lt;tensor&lt;?xf32&gt;&gt;`: any number of values of one type.</summary>
public sealed class SequenceType : IrType
{
    private SequenceType(IrType elementType) : base(Hash.Combine(Hash.OfBytes("graph.sequence"u8), elementType.Identity)) => ElementType = elementType;

    public IrType ElementType { get; }

    public static SequenceType Get(IrType elementType) => elementType.Context.Intern(new SequenceType(elementType));

    protected override bool SameStructure(Interned other) => other is SequenceType o && o.ElementType == ElementType;

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ElementType);

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("!graph.sequence<"u8);
        printer.Write(ElementType);
        printer.Out.Write('>');
    }
}

/// <summary>`!graph.optional&lt;tensor&lt;?xf32&gt;&gt;`: a value of the type, or none.</summary>
public sealed class OptionalType : IrType
{
    private OptionalType(IrType elementType) : base(Hash.Combine(Hash.OfBytes("graph.optional"u8), elementType.Identity)) => ElementType = elementType;

    public IrType ElementType { get; }

    public static OptionalType Get(IrType elementType) => elementType.Context.Intern(new OptionalType(elementType));

    protected override bool SameStructure(Interned other) => other is OptionalType o && o.ElementType == ElementType;

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ElementType);

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("!graph.optional<"u8);
        printer.Write(ElementType);
        printer.Out.Write('>');
    }
}

/// <summary>A sequence of values.</summary>
public readonly struct AnySequence : ITypeConstraint
{
    public static bool Matches(IrType type) => type is SequenceType;

    public static string Describe => "sequence";
}

/// <summary>A value that may be absent.</summary>
public readonly struct AnyOptional : ITypeConstraint
{
    public static bool Matches(IrType type) => type is OptionalType;

    public static string Describe => "optional value";
}

/// <summary>What graphs compute with: a tensor, a sequence or an optional value.</summary>
public readonly struct AnyGraphValue : ITypeConstraint
{
    public static bool Matches(IrType type) => type is Builtin.TensorType or SequenceType or OptionalType;

    public static string Describe => "tensor, sequence or optional value";
}

/// <summary>A tensor of text.</summary>
public readonly struct TextTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is Builtin.TensorType { ElementType: StringType };

    public static string Describe => "tensor of string values";
}

/// <summary>A tensor of floats of any width.</summary>
public readonly struct FloatTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is Builtin.TensorType { ElementType: Builtin.FloatType };

    public static string Describe => "tensor of floating-point values";
}

/// <summary>A tensor of integers of any width and sign; i1 is none.</summary>
public readonly struct IntegerTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is Builtin.TensorType { ElementType: Builtin.IntegerType { Width: > 1 } };

    public static string Describe => "tensor of integer values";
}

/// <summary>A tensor of indices, extents or axes: i64 or i32.</summary>
public readonly struct IndexTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is Builtin.TensorType { ElementType: Builtin.IntegerType { Width: 32 or 64 } };

    public static string Describe => "tensor of 32-bit or 64-bit integer values";
}

/// <summary>A tensor of floats or integers.</summary>
public readonly struct NumberTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => FloatTensor.Matches(type) || IntegerTensor.Matches(type);

    public static string Describe => "tensor of floating-point or integer values";
}

/// <summary>A tensor of truth values.</summary>
public readonly struct TruthTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is Builtin.TensorType { ElementType: Builtin.IntegerType { Width: 1 } };

    public static string Describe => "tensor of i1 values";
}
