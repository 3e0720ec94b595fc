namespace NestC.IR;

/// <summary>Marks the class of an operation; the generator writes what docs/design/core-api.md lists.</summary>
/// <param name="name">The full name, `dialect.snake_case`.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OpAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>The declarative assembly format; see docs/design/generator.md.</summary>
    public string? Format { get; set; }

    /// <summary>The dialect whose prefix operations in the regions leave out (`return` in `func.func`); null: none.</summary>
    public string? DefaultDialect { get; set; }
}

/// <summary>Marks the class of a dialect; the generator lists the operations of its prefix in it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DialectAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A numbered rule that valid operations keep. It feeds the documentation, and a test wants a lit test for each.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class RuleAttribute(string id, string text) : Attribute
{
    public string Id { get; } = id;

    public string Text { get; } = text;
}

/// <summary>What the attributes that name a part of an operation share.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public abstract class OpPartAttribute(string? name) : Attribute
{
    /// <summary>The name in formats and messages; null: the property's in snake_case.</summary>
    public string? Name { get; } = name;
}

/// <summary>An operand, on a `Value` property; on a `Value?` property an optional one.</summary>
/// <typeparam name="TConstraint">What its type must be.</typeparam>
public sealed class OperandAttribute<TConstraint>(string? name = null) : OpPartAttribute(name) where TConstraint : ITypeConstraint;

/// <summary>A variable number of operands, on an <see cref="OperandRange"/> property.</summary>
public sealed class OperandsAttribute<TConstraint>(string? name = null) : OpPartAttribute(name) where TConstraint : ITypeConstraint
{
    /// <summary>The smallest number of operands.</summary>
    public int Min { get; set; }
}

/// <summary>A result, on a `Value` property; on a `Value?` property an optional one.</summary>
public sealed class ResultAttribute<TConstraint>(string? name = null) : OpPartAttribute(name) where TConstraint : ITypeConstraint;

/// <summary>A variable number of results, on a <see cref="ResultRange"/> property.</summary>
public sealed class ResultsAttribute<TConstraint>(string? name = null) : OpPartAttribute(name) where TConstraint : ITypeConstraint
{
    /// <summary>The smallest number of results.</summary>
    public int Min { get; set; }
}

/// <summary>The type is that of another operand or result: it is checked, and formats and builders need not name it.</summary>
/// <param name="other">The name of the operand or result.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class SameTypeAsAttribute(string other) : Attribute
{
    public string Other { get; } = other;
}

/// <summary>The type follows from that of another operand or result: it is checked, and formats and builders need not name it.</summary>
/// <param name="other">The name of the operand or result.</param>
/// <param name="method">A static method of the operation's class, `IrType? M(IrType other)`; null where there is no such type.</param>
/// <param name="text">What holds, for the message `failed to verify that ...`.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class TypeFromAttribute(string other, string method, string text) : Attribute
{
    public string Other { get; } = other;

    public string Method { get; } = method;

    public string Text { get; } = text;
}

/// <summary>As <see cref="TypeFromAttribute"/>, by a rule that several operations share.</summary>
/// <param name="other">The name of the operand or result.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class TypeFromAttribute<TRule>(string other) : Attribute where TRule : ITypeRule
{
    public string Other { get; } = other;
}

/// <summary>How the type of one operand or result follows from that of another. Implemented by empty structs.</summary>
public interface ITypeRule
{
    /// <summary>The type that follows; null where there is none.</summary>
    static abstract IrType? Apply(IrType other);

    /// <summary>What holds, for the message `failed to verify that ...`.</summary>
    static abstract string Text { get; }
}

/// <summary>
/// A property, an inherent attribute in the generic form. The C# type gives the attribute's kind, a nullable type an
/// optional one; see docs/design/core-api.md.
/// </summary>
/// <param name="name">The name of the attribute; null: the property's in snake_case.</param>
public class PropAttribute(string? name = null) : OpPartAttribute(name)
{
    /// <summary>A `bool` that is a unit attribute: present or not.</summary>
    public bool Unit { get; set; }

    /// <summary>Bits of the integer attribute that holds an enum: 64 or 32.</summary>
    public int Width { get; set; } = 64;

    /// <summary>A `string` that formats write as a symbol: `@name`.</summary>
    public bool Symbol { get; set; }

    /// <summary>The value where none is given: a constant of the property's type.</summary>
    public object? Default { get; set; }

    /// <summary>With a default: where no value is given the attribute stays absent, and reads as the default.</summary>
    public bool Optional { get; set; }
}

/// <summary>A property that must also fit a constraint.</summary>
public sealed class PropAttribute<TConstraint>(string? name = null) : PropAttribute(name) where TConstraint : IAttrConstraint;

/// <summary>A region, on a <see cref="Region"/> property.</summary>
public sealed class OpRegionAttribute(string? name = null) : OpPartAttribute(name)
{
    /// <summary>The smallest number of blocks.</summary>
    public int MinBlocks { get; set; }

    /// <summary>The largest number of blocks; -1: any.</summary>
    public int MaxBlocks { get; set; } = -1;

    /// <summary>The class of the operation that ends the block of the region; formats leave it out when it says nothing.</summary>
    public Type? Terminator { get; set; }
}

/// <summary>All regions from here on, on a `ReadOnlySpan&lt;Region&gt;` property; the last region declared.</summary>
public sealed class OpRegionsAttribute(string? name = null) : OpPartAttribute(name);

/// <summary>A successor, on a <see cref="Block"/> property.</summary>
public sealed class SuccessorAttribute(string? name = null) : OpPartAttribute(name);

/// <summary>All successors from here on, on a <see cref="SuccessorRange"/> property; the last successor declared.</summary>
public sealed class SuccessorsAttribute(string? name = null) : OpPartAttribute(name);

/// <summary>
/// A static method that computes a result type from operands (`Value`, `Value?`, `ReadOnlySpan&lt;Value&gt;`) and properties, which its
/// parameters name; a `NestContext` and an `Action&lt;string&gt;` for what is wrong may be among them. It returns the type, or for all
/// results an `IrType[]`, and null when there is none; it is called before the operation is verified, so it checks what it needs.
/// </summary>
/// <param name="result">The name of the result; null: the only one, or all.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class InferResultAttribute(string? result = null) : Attribute
{
    public string? Result { get; } = result;
}

/// <summary>
/// Makes an attribute class `XAttr` for an enum `X`. Properties of the enum's type then hold that attribute,
/// `#dialect.mnemonic&lt;case&gt;`, in the place of an integer. Enums with `[Flags]` are written as a list of cases.
/// </summary>
/// <param name="name">The full name, `dialect.mnemonic`.</param>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class EnumAttrAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>What stands between the cases of a `[Flags]` enum.</summary>
    public string Separator { get; set; } = "|";

    /// <summary>The case stands without angle brackets: `#dialect&lt;mnemonic case&gt;`, and `case` alone in formats.</summary>
    public bool Bare { get; set; }

    /// <summary>What messages call it; null: the enum's summary.</summary>
    public string? Description { get; set; }
}

/// <summary>The keyword of an enum's case; without it, the case's name in snake_case.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class KeywordAttribute(string keyword) : Attribute
{
    public string Keyword { get; } = keyword;
}

/// <summary>Marks the class of a pass.</summary>
/// <param name="name">On the command line: kebab-case, with the dialect first.</param>
/// <param name="summary">One sentence.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PassAttribute(string name, string summary) : Attribute
{
    public string Name { get; } = name;

    public string Summary { get; } = summary;
}

/// <summary>An option of a pass, on a property with an `init` accessor.</summary>
/// <param name="name">In the pipeline's text: kebab-case.</param>
/// <param name="summary">One sentence.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class OptionAttribute(string name, string summary) : Attribute
{
    public string Name { get; } = name;

    public string Summary { get; } = summary;
}
