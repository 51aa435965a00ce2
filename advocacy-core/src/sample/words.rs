//! What people, items and tags are called.

use crate::model::kinds::Source;

pub(super) const FIRST_NAMES: &[&str] = &[
    "Ada", "Aitana", "Álvaro", "Amira", "Anja", "Arjun", "Beatriz", "Ben", "Camille", "Carlos",
    "Chiara", "Daniel", "Elena", "Emre", "Eva", "Fatima", "Felix", "Gonzalo", "Grace", "Hannah",
    "Hugo", "Ines", "Iván", "Jana", "Joana", "Jonas", "Julia", "Kai", "Karim", "Laia", "Lars",
    "Leonor", "Lina", "Lucía", "Luke", "Maite", "Marco", "Marta", "Mei", "Miguel", "Mila", "Nadia",
    "Nico", "Noor", "Oliver", "Olga", "Pablo", "Paula", "Priya", "Rafael", "Rosa", "Sanne", "Sara",
    "Sergio", "Sofia", "Tariq", "Tomás", "Valeria", "Yuki", "Zoë",
];

pub(super) const LAST_NAMES: &[&str] = &[
    "Aldana",
    "Amador",
    "Arrieta",
    "Bachmann",
    "Barros",
    "Becker",
    "Bellini",
    "Blanco",
    "Brandt",
    "Calder",
    "Carrasco",
    "Cooper",
    "Costa",
    "Demir",
    "Dorado",
    "Engel",
    "Espinar",
    "Falk",
    "Ferrer",
    "Fischer",
    "Galán",
    "Garrido",
    "Haas",
    "Hassan",
    "Herrero",
    "Holt",
    "Ibarra",
    "Iversen",
    "Jansen",
    "Kaya",
    "Keller",
    "Kimura",
    "Lange",
    "Larrea",
    "Lindqvist",
    "Lozano",
    "Marín",
    "Mehta",
    "Molina",
    "Moreau",
    "Nair",
    "Navas",
    "Nowak",
    "Okafor",
    "Ortega",
    "Palmer",
    "Pardo",
    "Peeters",
    "Quiroga",
    "Reyes",
    "Rossi",
    "Saavedra",
    "Sandoval",
    "Schäfer",
    "Serra",
    "Silva",
    "Sørensen",
    "Tanaka",
    "Torres",
    "Urrutia",
    "Valls",
    "Vogel",
    "Walsh",
    "Weber",
    "Winter",
    "Yilmaz",
    "Zamora",
];

/// A team: where it belongs, how large it is and how keen on advocacy (1 to 3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Team {
    pub(super) name: &'static str,
    pub(super) department: &'static str,
    pub(super) weight: u64,
    pub(super) keen: u64,
    /// Where nearly all of it sits, if anywhere.
    pub(super) home: Option<&'static str>,
}

const fn team(
    name: &'static str,
    department: &'static str,
    weight: u64,
    keen: u64,
    home: Option<&'static str>,
) -> Team {
    Team {
        name,
        department,
        weight,
        keen,
        home,
    }
}

pub(super) const TEAMS: &[Team] = &[
    team("Sales Iberia", "Sales", 44, 3, Some("Madrid")),
    team("Sales DACH", "Sales", 36, 2, Some("Berlin")),
    team("Sales UK", "Sales", 30, 2, Some("London")),
    team("Brand", "Marketing", 18, 3, None),
    team("Demand Generation", "Marketing", 22, 3, None),
    team("Platform", "Engineering", 54, 1, None),
    team("Apps", "Engineering", 48, 1, None),
    team("Data", "Engineering", 30, 2, None),
    team("Talent", "People", 16, 3, None),
    team("People Operations", "People", 14, 2, None),
    team("Customer Support", "Operations", 56, 1, None),
    team("Finance", "Operations", 26, 1, Some("Madrid")),
];

/// Brand: where the programme is run.
pub(super) const OWNERS_TEAM: usize = 3;

pub(super) const LOCATIONS: &[(&str, u64)] = &[
    ("Madrid", 52),
    ("Berlin", 19),
    ("London", 14),
    ("Remote", 15),
];

pub(super) const GRADES: &[(&str, u64)] = &[
    ("junior", 24),
    ("mid", 38),
    ("senior", 26),
    ("lead", 9),
    ("executive", 3),
];

/// A kind of content: its weight, the start of its titles, its call to action.
pub(super) const KINDS: &[(&str, u64, &str, Option<&str>)] = &[
    (
        "article",
        24,
        "Five things we learned about",
        Some("Read the article"),
    ),
    ("job_posting", 14, "Join us and work on", Some("Apply now")),
    (
        "product_news",
        12,
        "What is new in",
        Some("See what is new"),
    ),
    ("company_news", 12, "Brisa news:", None),
    (
        "thought_leadership",
        9,
        "Where we see the future of",
        Some("Read more"),
    ),
    (
        "case_study",
        8,
        "How a customer rethought",
        Some("Read the story"),
    ),
    ("video", 7, "Two minutes on", Some("Watch")),
    ("event", 5, "Meet us and talk about", Some("Register")),
    ("webinar", 4, "Live session:", Some("Register")),
    ("infographic", 3, "In one picture:", None),
    ("testimonial", 2, "Why I work on", None),
];

/// A topic, and the words for it in a title.
pub(super) const TOPICS: &[(&str, &str)] = &[
    ("hiring", "hiring without bias"),
    ("culture", "a culture of feedback"),
    ("product", "our planning suite"),
    ("sustainability", "lighter data centres"),
    ("customers", "customer onboarding"),
    ("engineering", "reliable systems"),
    ("security", "security by default"),
    ("leadership", "leading from anywhere"),
    ("events", "the Brisa conference"),
    ("diversity", "women in technology"),
];

pub(super) const HASHTAGS: &[&str] = &[
    "lifeatbrisa",
    "futureofwork",
    "saas",
    "hiring",
    "teamwork",
    "innovation",
    "greentech",
];

pub(super) const SOURCES: &[(Option<Source>, u64)] = &[
    (Some(Source::Owned), 62),
    (Some(Source::Curated), 26),
    (Some(Source::UserGenerated), 10),
    (None, 2),
];

/// A campaign: id, name, goal, first day, end, hashtag, cost in cents.
pub(super) type CampaignPlan = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    i64,
    &'static str,
    i64,
);

pub(super) const CAMPAIGNS: &[CampaignPlan] = &[
    (
        "k01",
        "Programme launch",
        "activation",
        49,
        112,
        "brisavoices",
        1_200_000,
    ),
    (
        "k02",
        "Hiring autumn 2024",
        "applications",
        77,
        154,
        "joinbrisa",
        850_000,
    ),
    (
        "k03",
        "Year in review",
        "awareness",
        140,
        190,
        "brisa2024",
        300_000,
    ),
    (
        "k04",
        "Planning suite 5",
        "leads",
        230,
        300,
        "planningsuite",
        1_500_000,
    ),
    (
        "k05",
        "Women in technology",
        "employer brand",
        243,
        274,
        "womenintech",
        250_000,
    ),
    (
        "k06",
        "Summer of learning",
        "employer brand",
        335,
        427,
        "alwayslearning",
        400_000,
    ),
    (
        "k07",
        "Brisa conference 2025",
        "registrations",
        427,
        480,
        "brisacon25",
        2_400_000,
    ),
    (
        "k08",
        "Hiring winter 2025",
        "applications",
        488,
        549,
        "joinbrisa",
        900_000,
    ),
];
