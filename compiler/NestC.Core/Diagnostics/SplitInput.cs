using System.Globalization;
using System.Text;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Diagnostics;

/// <summary>
/// Splits an input at a marker, so that each chunk is processed as an input of its own. Chunks are named
/// `within split at f:N offset ` and count their lines from 1, so a diagnostic reads `within split at f:N offset :L:C: ...`.
/// </summary>
/// <remarks>
/// A chunk is copied when its turn comes and can be freed before the next (a source must end with a NUL, which a slice of
/// another does not); nothing else is copied. Other than mlir-opt 19, a marker at the very start or the very end of the
/// input splits too: there it is read as part of a chunk, with an error at the first and a warning at the last.
/// </remarks>
public sealed class SplitInput
{
    /// <summary>What separates chunks, both in the input and in the output, when nothing else is asked for.</summary>
    public const string DefaultMarker = "// -----";

    private const string NamePrefix = "within split at ";
    private const string NameSuffix = " offset ";

    private readonly SourceFile source;
    private readonly List<int> starts = [];
    private readonly List<int> ends = [];

    private SplitInput(SourceFile source) => this.source = source;

    /// <summary>How many chunks there are; at least one.</summary>
    public int Count => starts.Count;

    /// <summary>Finds the chunks, and warns of text that is nearly a marker.</summary>
    /// <param name="context">Takes the warnings; null for none.</param>
    /// <param name="marker">The marker; when empty, the whole input is the only chunk and keeps its name.</param>
    public static SplitInput At(SourceFile source, string marker, NestContext? context = null)
    {
        SplitInput split = new(source);
        ReadOnlySpan<byte> all = source.Bytes;
        byte[] text = Encoding.UTF8.GetBytes(marker);
        split.IsSplit = text.Length > 0;
        int start = 0, at = 0;
        // As mlir-opt does, a marker all but the last two bytes of which are there is taken for a slip.
        ReadOnlySpan<byte> almost = text.Length > 4 ? text.AsSpan(0, text.Length - 2) : text;
        while (split.IsSplit)
        {
            int found = all[at..].IndexOf(almost);
            if (found < 0) break;
            found += at;
            int after = found + text.Length;
            if (!all[found..].StartsWith(text) || (after < all.Length && text.Length > 4 && all[after] == text[^1]))
            {
                NearMiss(context, source, found, almost.Length, marker);
                at = found + almost.Length;
                while (at < all.Length && all[at] == text[^1]) at++;
                continue;
            }
            split.starts.Add(start);
            split.ends.Add(found);
            at = start = after;
        }
        split.starts.Add(start);
        split.ends.Add(all.Length);
        // Nothing at all before the first marker is no chunk.
        if (split.Count > 1 && split.ends[0] == 0)
        {
            split.starts.RemoveAt(0);
            split.ends.RemoveAt(0);
        }
        return split;
    }

    /// <summary>Whether a marker is looked for at all.</summary>
    public bool IsSplit { get; private set; }

    /// <summary>A chunk as a source of its own; the whole source itself when nothing is split.</summary>
    public SourceFile Chunk(int index)
    {
        if (!IsSplit) return source;
        int line = source.LineAndColumn(starts[index]).Line;
        return SourceFile.FromBytes($"{NamePrefix}{source.Name}:{line.ToString(CultureInfo.InvariantCulture)}{NameSuffix}", source.Bytes[starts[index]..ends[index]]);
    }

    /// <summary>The file and line, in the input as it was given, of a line in a file that may be a chunk.</summary>
    public static (string File, int Line) PlaceInWhole(string file, int line)
    {
        if (!file.StartsWith(NamePrefix, StringComparison.Ordinal) || !file.EndsWith(NameSuffix, StringComparison.Ordinal)) return (file, line);
        ReadOnlySpan<char> name = file.AsSpan(NamePrefix.Length, file.Length - NamePrefix.Length - NameSuffix.Length);
        int colon = name.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int start)) return (file, line);
        return (name[..colon].ToString(), start + line - 1);
    }

    private static void NearMiss(NestContext? context, SourceFile source, int offset, int length, string marker)
    {
        if (context is null) return;
        if (source.Id == 0) context.Sources.Add(source);
        context.Diagnostics.Emit(new Diagnostic(Severity.Warning, "NEST8003", Location.InSource(source.Id, offset), "near miss with file split marker")
        {
            Length = length,
            Help = $"write the marker exactly, '{marker}', with nothing of its last character after it; here the input is not split",
        });
    }
}
