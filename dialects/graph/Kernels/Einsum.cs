using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>ONNX Einsum, as diagonals, sums and matrix products.</summary>
public static class Einsum
{
    // Labels are characters; the dimensions of an ellipsis get labels from here on, counted from the right.
    private const char EllipsisBase = '\uE000';

    /// <summary>The result's shape.</summary>
    public static long[] InferShape(string equation, ReadOnlySpan<long[]> shapes)
    {
        var ranks = new int[shapes.Length];
        for (int i = 0; i < ranks.Length; i++) ranks[i] = shapes[i].Length;
        var (operands, output) = Parse(equation, ranks);
        var extents = new Dictionary<char, long>();
        for (int i = 0; i < shapes.Length; i++)
        {
            for (int d = 0; d < shapes[i].Length; d++)
            {
                char label = operands[i][d];
                if (!extents.TryGetValue(label, out long known) || known is 1 or Shapes.Unknown) extents[label] = shapes[i][d];
                else Shapes.Require(shapes[i][d] == known || shapes[i][d] is 1 or Shapes.Unknown, $"the extents {known} and {shapes[i][d]} of one Einsum label differ");
            }
        }
        var shape = new long[output.Length];
        for (int i = 0; i < shape.Length; i++) shape[i] = extents[output[i]];
        return shape;
    }

    /// <summary>Evaluates the equation, operand by operand from the left.</summary>
    public static NdArray Apply(string equation, ReadOnlySpan<NdArray> operands)
    {
        Shapes.Require(operands.Length > 0, "Einsum needs an operand");
        var kind = operands[0].Kind;
        var shapes = new long[operands.Length][];
        var ranks = new int[operands.Length];
        for (int i = 0; i < ranks.Length; i++) (shapes[i], ranks[i]) = (operands[i].Shape.ToArray(), operands[i].Rank);
        var result = InferShape(equation, shapes);
        var (labels, output) = Parse(equation, ranks);

        var (total, have) = (Widen(operands[0]), labels[0]);
        (total, have) = Diagonal(total, have);
        (total, have) = DropUnused(total, have, output + string.Concat(labels[1..]));
        for (int i = 1; i < operands.Length; i++)
        {
            var (next, its) = Diagonal(Widen(operands[i]), labels[i]);
            string rest = output + string.Concat(labels[(i + 1)..]);
            (next, its) = DropUnused(next, its, rest + have);
            (total, have) = Product(total, have, next, its, rest);
        }
        (total, have) = DropUnused(total, have, output);
        var order = new long[output.Length];
        for (int i = 0; i < order.Length; i++) order[i] = have.IndexOf(output[i]);
        if (order.Length > 1) total = Moves.Transpose(total, order);
        return Cast.To(Moves.Expand(total, result), kind);
    }

    private static NdArray Widen(NdArray x) => x.Kind switch
    {
        ElementKind.F32 or ElementKind.F64 => x,
        _ when x.Kind.IsInteger() => Cast.To(x, ElementKind.I64),
        _ => Cast.To(x, ElementKind.F32),
    };

    private static (string[] Operands, string Output) Parse(string equation, ReadOnlySpan<int> ranks)
    {
        string text = equation.Replace(" ", "");
        int arrow = text.IndexOf("->", StringComparison.Ordinal);
        var terms = (arrow < 0 ? text : text[..arrow]).Split(',');
        Shapes.Require(terms.Length == ranks.Length, $"the equation '{equation}' has {terms.Length} terms, not {ranks.Length}");
        int ellipsis = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            (terms[i], int width) = Expand(equation, terms[i], ranks[i]);
            ellipsis = Math.Max(ellipsis, width);
        }
        if (arrow >= 0)
        {
            string given = text[(arrow + 2)..];
            bool dots = given.Contains("...");
            var (output, _) = Expand(equation, given, dots ? given.Length - 3 + ellipsis : given.Length);
            foreach (char label in output)
            {
                Shapes.Require(string.Concat(terms).Contains(label), $"the result of '{equation}' has a label that no operand has");
                Shapes.Require(output.IndexOf(label) == output.LastIndexOf(label), $"the result of '{equation}' has a label twice");
            }
            return (terms, output);
        }
        // Without an arrow: the ellipsis, then the labels that occur once, in alphabetical order.
        string all = string.Concat(terms);
        var once = new List<char>();
        foreach (char label in all)
            if (label < EllipsisBase && all.IndexOf(label) == all.LastIndexOf(label)) once.Add(label);
        once.Sort();
        return (terms, EllipsisLabels(ellipsis) + new string(once.ToArray()));
    }

    private static (string Labels, int Ellipsis) Expand(string equation, string term, int rank)
    {
        int dots = term.IndexOf("...", StringComparison.Ordinal);
        string plain = dots < 0 ? term : term.Remove(dots, 3);
        foreach (char c in plain) Shapes.Require(char.IsAsciiLetter(c), $"the equation '{equation}' has the character '{c}'");
        int width = rank - plain.Length;
        Shapes.Require(dots < 0 ? width == 0 : width >= 0, $"a term of '{equation}' does not fit rank {rank}");
        return dots < 0 ? (plain, 0) : (plain.Insert(dots, EllipsisLabels(width)), width);
    }

    private static string EllipsisLabels(int width)
    {
        var labels = new char[width];
        for (int i = 0; i < width; i++) labels[i] = (char)(EllipsisBase + width - 1 - i);
        return new string(labels);
    }

    // A label that occurs twice in one operand selects the diagonal.
    private static (NdArray Array, string Labels) Diagonal(NdArray x, string labels)
    {
        string distinct = "";
        foreach (char label in labels)
            if (!distinct.Contains(label)) distinct += label;
        if (distinct.Length == labels.Length) return (x, labels);
        var strides = Shapes.Strides(x.Shape);
        var shape = new long[distinct.Length];
        var steps = new long[distinct.Length];
        for (int d = 0; d < labels.Length; d++)
        {
            int at = distinct.IndexOf(labels[d]);
            Shapes.Require(shape[at] == 0 || shape[at] == x.Shape[d], "a diagonal needs equal extents");
            shape[at] = x.Shape[d];
            steps[at] += strides[d];
        }
        return (Strided.Gather(x, 0, steps, shape), distinct);
    }

    private static (NdArray Array, string Labels) DropUnused(NdArray x, string labels, string used)
    {
        var axes = new List<long>();
        string kept = "";
        for (int d = 0; d < labels.Length; d++)
        {
            if (used.Contains(labels[d])) kept += labels[d];
            else axes.Add(d);
        }
        return axes.Count == 0 ? (x, labels) : (Reduce.Apply(ReduceKind.Sum, x, axes.ToArray(), keepDims: false), kept);
    }

    private static (NdArray Array, string Labels) Product(NdArray a, string labelsA, NdArray b, string labelsB, string used)
    {
        string batch = "", onlyA = "", onlyB = "", sum = "";
        foreach (char label in labelsA)
        {
            if (!labelsB.Contains(label)) onlyA += label;
            else if (used.Contains(label)) batch += label;
            else sum += label;
        }
        foreach (char label in labelsB)
            if (!labelsA.Contains(label)) onlyB += label;
        // Extents of 1 broadcast against the other operand's.
        var shapeA = Matching(a, labelsA, b, labelsB);
        var shapeB = Matching(b, labelsB, a, labelsA);
        var left = Arrange(Moves.Expand(a, shapeA), labelsA, batch, onlyA, sum);
        var right = Arrange(Moves.Expand(b, shapeB), labelsB, batch, sum, onlyB);
        var product = MatMul.Apply(left, right);
        var shape = new List<long>();
        foreach (char label in batch + onlyA) shape.Add(shapeA[labelsA.IndexOf(label)]);
        foreach (char label in onlyB) shape.Add(shapeB[labelsB.IndexOf(label)]);
        return (product.Reshape(shape.ToArray()), batch + onlyA + onlyB);
    }

    private static long[] Matching(NdArray x, string labels, NdArray other, string otherLabels)
    {
        var shape = x.Shape.ToArray();
        for (int d = 0; d < shape.Length; d++)
        {
            int at = otherLabels.IndexOf(labels[d]);
            if (at >= 0 && shape[d] == 1) shape[d] = other.Shape[at];
        }
        return shape;
    }

    private static NdArray Arrange(NdArray x, string labels, string first, string second, string third)
    {
        string order = first + second + third;
        var perm = new long[order.Length];
        for (int i = 0; i < perm.Length; i++) perm[i] = labels.IndexOf(order[i]);
        var moved = perm.Length > 1 ? Moves.Transpose(x, perm) : x;
        var shape = moved.Shape;
        return moved.Reshape(
            [Shapes.Product(shape[..first.Length]), Shapes.Product(shape[first.Length..(first.Length + second.Length)]), Shapes.Product(shape[(first.Length + second.Length)..])]);
    }
}
