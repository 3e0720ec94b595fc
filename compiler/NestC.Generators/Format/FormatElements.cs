using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace NestC.Generators;

/// <summary>A part of an assembly format.</summary>
internal abstract class FormatElement
{
    /// <summary>Where it starts in the format's text.</summary>
    public int Position { get; set; }
}

/// <summary>Punctuation or a keyword.</summary>
internal sealed class LiteralElement(string text) : FormatElement
{
    public string Text { get; } = text;

    public bool IsKeyword => char.IsLetter(Text[0]) || Text[0] == '_';
}

/// <summary>Empty backquotes (no space), a space in backquotes, or `\n`.</summary>
internal sealed class WhitespaceElement(string text) : FormatElement
{
    public string Text { get; } = text;
}

internal sealed class OperandElement(ValueModel value) : FormatElement
{
    public ValueModel Value { get; } = value;
}

internal sealed class PropElement(PropModel prop) : FormatElement
{
    public PropModel Prop { get; } = prop;

    public bool IsQualified { get; set; }
}

internal sealed class RegionElement(RegionModel region) : FormatElement
{
    public RegionModel Region { get; } = region;
}

internal sealed class SuccessorElement(SuccessorModel successor) : FormatElement
{
    public SuccessorModel Successor { get; } = successor;
}

/// <summary>`operands`, `results`, `regions` or `successors`.</summary>
internal sealed class AllElement(string what) : FormatElement
{
    public string What { get; } = what;
}

internal sealed class AttrDictElement(bool withKeyword) : FormatElement
{
    public bool WithKeyword { get; } = withKeyword;
}

internal sealed class PropDictElement : FormatElement;

/// <summary>`type($x)`, `type(operands)`, `type(results)`.</summary>
internal sealed class TypeElement(FormatElement of) : FormatElement
{
    /// <summary>An <see cref="OperandElement"/> (results too) or <see cref="AllElement"/>.</summary>
    public FormatElement Of { get; } = of;
}

internal sealed class FunctionalTypeElement(FormatElement inputs, FormatElement outputs) : FormatElement
{
    public FormatElement Inputs { get; } = inputs;

    public FormatElement Outputs { get; } = outputs;
}

/// <summary>`ref(...)`: what is bound elsewhere, handed to a custom directive.</summary>
internal sealed class RefElement(FormatElement of) : FormatElement
{
    public FormatElement Of { get; } = of;
}

/// <summary>A string handed to a custom directive.</summary>
internal sealed class StringElement(string text) : FormatElement
{
    public string Text { get; } = text;
}

internal sealed class CustomElement(string name, List<FormatElement> arguments) : FormatElement
{
    public string Name { get; } = name;

    public List<FormatElement> Arguments { get; } = arguments;
}

internal sealed class OptionalElement(List<FormatElement> then, List<FormatElement> otherwise, FormatElement anchor, bool inverted) : FormatElement
{
    public List<FormatElement> Then { get; } = then;

    public List<FormatElement> Otherwise { get; } = otherwise;

    public FormatElement Anchor { get; } = anchor;

    /// <summary>The anchor stands in the else part.</summary>
    public bool IsInverted { get; } = inverted;

    /// <summary>A unit property that the group's presence stands for is not written itself.</summary>
    public FormatElement? ElidedUnit =>
        Anchor is PropElement { Prop.Kind: PropKind.Unit } && Anchor != Then[0] && (Otherwise.Count == 0 || Anchor != Otherwise[0]) ? Anchor : null;
}

/// <summary>`oilist(...)`: clauses in any order, each at most once, each starting with a keyword.</summary>
internal sealed class OrderIndependentElement(List<List<FormatElement>> clauses) : FormatElement
{
    public List<List<FormatElement>> Clauses { get; } = clauses;
}

/// <summary>What is wrong with a format, and where in its text.</summary>
internal sealed class FormatError(DiagnosticDescriptor rule, int start, int length, params string[] arguments)
{
    public DiagnosticDescriptor Rule { get; } = rule;

    public int Start { get; } = start;

    public int Length { get; } = length;

    public string[] Arguments { get; } = arguments;
}

/// <summary>A format that was read, with what it binds.</summary>
internal sealed class FormatTree
{
    public List<FormatElement> Elements { get; } = [];

    public List<FormatError> Errors { get; } = [];

    /// <summary>Names of operands, properties, regions and successors that stand in the format.</summary>
    public HashSet<string> Bound { get; } = [];

    /// <summary>Names of operands and results whose types stand in it.</summary>
    public HashSet<string> Typed { get; } = [];

    public bool AllOperands { get; set; }

    public bool AllOperandTypes { get; set; }

    public bool AllResultTypes { get; set; }

    public bool AllRegions { get; set; }

    public bool AllSuccessors { get; set; }

    public bool HasAttrDict { get; set; }

    public bool HasPropDict { get; set; }
}
