import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * The cjk_width and cjk_bigram of Elasticsearch's own analysis-common module, which is in every distribution and not
 * among the published jars. Both are Lucene's filters; only output_unigrams is read, the one option that we set.
 */
public final class CjkFilters extends Plugin implements AnalysisPlugin {
    private static final int ALL_SCRIPTS =
        CJKBigramFilter.HAN | CJKBigramFilter.HIRAGANA | CJKBigramFilter.KATAKANA | CJKBigramFilter.HANGUL;

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of("cjk_bigram", (index, environment, name, settings) -> new Bigrams(name, settings));
    }

    @Override
    public java.util.List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return java.util.List.of(
            PreConfiguredTokenFilter.singleton("cjk_width", true, CJKWidthFilter::new),
            PreConfiguredTokenFilter.singleton("cjk_bigram", false, CJKBigramFilter::new));
    }

    private static final class Bigrams extends AbstractTokenFilterFactory {
        private final boolean withUnigrams;

        Bigrams(String name, Settings settings) {
            super(name, settings);
            withUnigrams = settings.getAsBoolean("output_unigrams", false);
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new CJKBigramFilter(tokens, ALL_SCRIPTS, withUnigrams);
        }
    }
}
