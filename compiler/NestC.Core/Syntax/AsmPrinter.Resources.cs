using NestC.Builtin;

namespace NestC.Syntax;

public partial class AsmPrinter
{
    private List<ResourceHandle>? usedResources;
    private HashSet<ResourceHandle>? usedResourceSet;

    /// <summary>Writes the key of a resource, which is thereby part of what <see cref="WriteFileMetadata"/> writes.</summary>
    public void WriteResource(ResourceHandle handle)
    {
        Out.Write(handle.Key);
        usedResources ??= [];
        usedResourceSet ??= [];
        if (usedResourceSet.Add(handle)) usedResources.Add(handle);
    }

    /// <summary>
    /// Writes the resource section after a top-level operation: an empty line, then `{-# ... #-}` with the resources that were
    /// printed and have data, and external ones; nothing when there are none. Each blob is written in pieces.
    /// </summary>
    public void WriteFileMetadata(ExternalResources? external = null)
    {
        ResourceSection section = new(this);
        if (usedResources is not null)
        {
            foreach (ResourceHandle handle in usedResources)
            {
                if (handle.Blob is not { } blob) continue;
                section.Open();
                if (Options.ElideResourceStringsLargerThan is { } limit && BlobTextLength(blob) > limit) continue;
                section.Entry("dialect_resources", handle.Dialect, handle.Key);
                WriteBlob(blob);
            }
        }
        if (external is not null)
        {
            foreach (ExternalResources.Group group in external.Groups)
                foreach (ExternalResources.Entry entry in group.Entries) WriteExternal(ref section, group.Name, entry);
        }
        section.End();
    }

    private static long BlobTextLength(ResourceBlob blob) => 4 + 2 * (blob.Length + 4);

    private void WriteExternal(ref ResourceSection section, string group, ExternalResources.Entry entry)
    {
        section.Open();
        if (Options.ElideResourceStringsLargerThan is { } limit)
        {
            long length = entry.Value switch
            {
                bool value => value ? 4 : 5,
                byte[] text => text.Length + 2,
                ResourceBlob blob => BlobTextLength(blob),
                _ => 0,
            };
            if (length > limit) return;
        }
        section.Entry("external_resources", group, entry.Key);
        switch (entry.Value)
        {
            case bool value:
                Out.Write(value ? "true"u8 : "false"u8);
                break;
            case byte[] text:
                WriteQuoted(text);
                break;
            default:
                WriteBlob((ResourceBlob)entry.Value);
                break;
        }
    }

    private void WriteBlob(ResourceBlob blob)
    {
        Out.Write("\"0x"u8);
        Span<byte> alignment = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(alignment, blob.Alignment);
        HexText.Write(Out, alignment);
        for (long at = 0; at < blob.Length;)
        {
            ReadOnlySpan<byte> chunk = blob.Chunk(at);
            HexText.Write(Out, chunk);
            at += chunk.Length;
        }
        Out.Write('"');
    }

    // Opens and closes the braces of the section as its entries come.
    private struct ResourceSection(AsmPrinter printer)
    {
        private string? openSection, openGroup;
        private bool isOpen;

        // Also before an entry that is then left out for its length, as upstream does.
        public void Open()
        {
            if (!isOpen) printer.Out.Write("\n{-#\n"u8);
            isOpen = true;
        }

        public void Entry(string section, string group, string key)
        {
            Support.Utf8Writer output = printer.Out;
            if (openSection != section)
            {
                CloseGroup();
                if (openSection is not null) output.Write("\n  },\n"u8);
                output.Write("  "u8);
                output.Write(section);
                output.Write(": {\n"u8);
                openSection = section;
            }
            if (openGroup != group)
            {
                if (openGroup is not null)
                {
                    CloseGroup();
                    output.Write(",\n"u8);
                }
                output.Write("    "u8);
                output.Write(group);
                output.Write(": {\n"u8);
                openGroup = group;
            }
            else output.Write(",\n"u8);
            output.Write("      "u8);
            output.Write(key);
            output.Write(": "u8);
        }

        private void CloseGroup()
        {
            if (openGroup is not null) printer.Out.Write("\n    }"u8);
            openGroup = null;
        }

        public void End()
        {
            if (!isOpen) return;
            CloseGroup();
            if (openSection is not null) printer.Out.Write("\n  }"u8);
            printer.Out.Write("\n#-}\n"u8);
        }
    }
}
