//! What a post achieves, and how much of it each network tells.

use crate::model::field::Counts;

use super::random::Random;

/// What a post's counts are drawn from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Post<'a> {
    pub(super) network: &'a str,
    pub(super) followers: u64,
    /// Impressions per thousand followers, at least and on top in the mean.
    pub(super) views: (u64, u64),
    /// How well it engages, in hundredths.
    pub(super) appeal: u64,
    pub(super) paid: bool,
}

/// Counts as the network reports them: likes about 2 % of impressions, clicks
/// 1 %, comments and reshares a quarter of a per cent each.
pub(super) fn counts(random: &mut Random, post: Post<'_>) -> Counts {
    let (least, more) = post.views;
    let rate = (least + random.exponential(more)).min(2_000);
    let boost = if post.paid { 5 } else { 1 };
    let impressions = post.followers * rate * boost / 1_000 + random.below(12);
    let reach = impressions * (64 + random.below(28)) / 100;
    // Luck, in hundredths: one for reactions, one for the link.
    let [reactions, link] = [(); 2].map(|()| post.appeal * (35 + random.exponential(65)) / 100);
    let likes = random.part_of(impressions, 200 * reactions);
    let comments = random.part_of(impressions, 28 * reactions);
    let reshares = random.part_of(impressions, 22 * reactions);
    let follows = random.part_of(impressions, 4 * reactions);
    let clicks = random.part_of(impressions, 105 * link);
    let conversions = random.part_of(clicks, 22_000);
    let revenue = conversions * (1_500 + random.below(38_500));

    let social = Counts {
        likes: Some(likes),
        comments: Some(comments),
        reshares: Some(reshares),
        ..Counts::default()
    };
    let full = Counts {
        reach: Some(reach),
        impressions: Some(impressions),
        clicks: Some(clicks),
        conversions: Some(conversions),
        revenue: Some(revenue),
        ..social
    };
    let mut counts = match post.network {
        "linkedin" => Counts {
            follows: Some(follows),
            ..full
        },
        "facebook" => full,
        "x" => Counts {
            reach: None,
            ..full
        },
        "instagram" => Counts {
            reach: Some(reach),
            ..social
        },
        "xing" => Counts {
            reshares: None,
            ..social
        },
        _ => social,
    };
    // Now and then a value did not come through.
    match random.below(200) {
        0 => counts.reach = None,
        1 => counts.impressions = None,
        2 => counts.comments = None,
        3 => counts.clicks = None,
        _ => {}
    }
    counts
}

/// The same post seen again later: everything known has grown.
pub(super) fn grown(counts: &Counts) -> Counts {
    let more = |count: Option<u64>| count.map(|count| count + count / 4 + 1);
    Counts {
        reach: more(counts.reach),
        impressions: more(counts.impressions),
        likes: more(counts.likes),
        comments: more(counts.comments),
        reshares: more(counts.reshares),
        clicks: more(counts.clicks),
        follows: more(counts.follows),
        conversions: counts.conversions.map(|count| count + 1),
        revenue: counts.revenue.map(|minor| minor + 12_500),
        ..*counts
    }
}
