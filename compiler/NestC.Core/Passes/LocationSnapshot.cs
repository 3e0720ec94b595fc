using System.Text;
using NestC.Builtin;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Passes;

/// <summary>Locations that point into the printed form of the program.</summary>
public static class LocationSnapshot
{
    /// <summary>
    /// Prints an operation to a file, and gives it and all operations in it the line (from 1) and column (from 0, as upstream counts) in that file. With a tag
    /// the new location is fused, under that name, with the old one.
    /// </summary>
    /// <param name="print">How the program is printed; null: as usual.</param>
    public static void Take(Operation op, string fileName, string tag = "", PrintOptions? print = null)
    {
        List<Operation> operations = [];
        List<long> offsets = [];
        string text = AsmPrinter.ToText(op, print ?? PrintOptions.Default, (at, offset) =>
        {
            operations.Add(at);
            offsets.Add(offset);
        });
        // The line that ends the printed program is not the program's.
        byte[] bytes = Encoding.UTF8.GetBytes(text.EndsWith("\n\n", StringComparison.Ordinal) ? text[..^1] : text);
        File.WriteAllBytes(fileName, bytes);
        NestContext context = op.Context;
        OpBuilder builder = new(context);
        int line = 1, lineStart = 0, position = 0;
        for (int i = 0; i < operations.Count; i++)
        {
            for (; position < offsets[i]; position++)
            {
                if (bytes[position] != (byte)'\n') continue;
                line++;
                lineStart = position + 1;
            }
            LocationAttr place = FileLineColLoc.Get(context, fileName, line, (int)(offsets[i] - lineStart));
            if (tag.Length > 0)
                place = FusedLoc.Get(context, [context.Resolve(operations[i].Location), NameLoc.Get(context, context.Identifier(tag), place)]);
            builder.SetLocation(operations[i], context.Handle(place));
        }
    }
}
