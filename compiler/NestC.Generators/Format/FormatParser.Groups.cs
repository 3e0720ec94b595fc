using System.Collections.Generic;

namespace NestC.Generators;

internal sealed partial class FormatParser
{
    // `( then )?` or `( then ) : ( else )?`.
    private FormatElement? Group()
    {
        int start = at++;
        if (groupDepth > 0) return Fail(Rules.FormatGroup, start, 1, op.OpName, "an optional group cannot stand in another one");
        groupDepth++;
        anchor = null;
        List<FormatElement>? then = GroupElements(start);
        FormatElement? thenAnchor = anchor;
        List<FormatElement>? otherwise = [];
        if (then is not null && Take(':'))
        {
            if (!Expect('(')) return null;
            otherwise = GroupElements(start);
        }
        groupDepth--;
        if (then is null || otherwise is null || !Expect('?')) return null;
        int length = at - start;
        if (anchor is null)
            return Fail(Rules.FormatGroup, start, length, op.OpName, "the optional group has no anchor: put '^' after the element whose presence decides");
        bool inverted = thenAnchor is null;
        if (then.Count == 0) return Fail(Rules.FormatGroup, start, length, op.OpName, "the optional group is empty");
        if (!IsAnchor(anchor))
        {
            return Fail(Rules.FormatGroup, anchor.Position, 1, op.OpName,
                "the anchor must be able to be absent: an optional or variable operand, an optional, unit or default-valued property, a region, a variable number of successors, or a type or custom directive of such");
        }
        FormatElement? first = FirstParsed(then);
        if (first is null || !CanStart(first, inverted))
        {
            return Fail(Rules.FormatGroup, then[0].Position, 1, op.OpName,
                "an optional group must start with what the parser can look for: a literal, an optional or variable operand, a property or a region");
        }
        OptionalElement group = new(then, otherwise, anchor, inverted) { Position = start };
        anchor = null;
        return group;
    }

    private List<FormatElement>? GroupElements(int start)
    {
        List<FormatElement> elements = [];
        while (SkipSpaces() && text[at] != ')')
        {
            FormatElement? element = Element(inGroup: true);
            if (element is null) return null;
            elements.Add(element);
        }
        if (Take(')')) return elements;
        Fail("the group has no closing ')'", start);
        return null;
    }

    private static FormatElement? FirstParsed(List<FormatElement> elements)
    {
        foreach (FormatElement element in elements)
            if (element is not WhitespaceElement) return element;
        return null;
    }

    private static bool IsAnchor(FormatElement element) => element switch
    {
        OperandElement value => value.Value.Arity != Arity.One,
        PropElement { Prop: var prop } => prop.IsOptional || prop.Kind == PropKind.Unit || prop.Default is not null,
        RegionElement => true,
        SuccessorElement { Successor.IsVariadic: true } => true,
        TypeElement { Of: OperandElement of } => of.Value.Arity != Arity.One,
        TypeElement { Of: AllElement } or AllElement => true,
        FunctionalTypeElement type => IsAnchor(new TypeElement(type.Inputs)),
        CustomElement custom => custom.Arguments.Exists(static a => IsAnchor(a is RefElement r ? r.Of : a)),
        _ => false,
    };

    private static bool CanStart(FormatElement element, bool inverted) => element switch
    {
        LiteralElement => true,
        OperandElement value => value.Value.Arity != Arity.One || inverted,
        PropElement { Prop: var prop } => prop.Kind != PropKind.Unit,
        RegionElement => true,
        SuccessorElement => true,
        _ => false,
    };

    // Everything must be bound or follow from what is --------------------------------------------------------------------

    private void CheckComplete()
    {
        if (!tree.HasAttrDict) Unbound("'attr-dict' is missing: without it discardable attributes would be lost");
        foreach (ValueModel v in op.Operands)
        {
            if (!tree.AllOperands && !tree.Bound.Contains(v.Name)) Unbound($"operand '{v.Name}' is missing: add '${v.Name}'");
            else if (!TypeKnown(v.Name)) Unbound($"the type of operand '{v.Name}' is missing and does not follow from others: add 'type(${v.Name})', or [SameTypeAs(...)] to its property");
        }
        foreach (ValueModel v in op.Results)
            if (!TypeKnown(v.Name)) Unbound($"the type of result '{v.Name}' is missing and cannot be inferred: add 'type(${v.Name})', or an [InferResult] method");
        foreach (RegionModel r in op.Regions)
            if (!tree.AllRegions && !tree.Bound.Contains(r.Name)) Unbound($"region '{r.Name}' is missing: add '${r.Name}'");
        foreach (SuccessorModel s in op.Successors)
            if (!tree.AllSuccessors && !tree.Bound.Contains(s.Name)) Unbound($"successor '{s.Name}' is missing: add '${s.Name}'");
        Both(tree.AllOperands, op.Operands);
        Both(tree.AllRegions, op.Regions);
        Both(tree.AllSuccessors, op.Successors);
        foreach (FormatElement element in tree.Elements)
            if (element is PropElement { Prop: var p } && ((p.IsOptional && p.Default is null) || p.Kind == PropKind.Unit))
                Fail(Rules.FormatGroup, element.Position, p.Name.Length + 1, op.OpName, $"'${p.Name}' can be absent, so it must stand in an optional group: '(`word` ${p.Name}^)?'");
        if (tree.HasPropDict || tree.HasAttrDict) return;
        foreach (PropModel p in op.Props)
            if (p.IsRequired && !tree.Bound.Contains(p.Name)) Unbound($"property '{p.Name}' is missing: add '${p.Name}'");
    }

    // One of them on its own, and all of them.
    private void Both<T>(bool all, EquatableArray<T> parts) where T : IPart, System.IEquatable<T>
    {
        foreach (T part in parts)
            if (all && tree.Bound.Contains(part.Name)) Fail(Rules.FormatTwice, 0, text.Length, op.OpName, "$" + part.Name);
    }

    private void Unbound(string message) => Fail(Rules.FormatUnbound, 0, text.Length, op.OpName, message);

    private bool TypeKnown(string name)
    {
        TypeSource source = TypeSources.Find(op, tree, name);
        return source.Kind != TypeSourceKind.None;
    }
}
